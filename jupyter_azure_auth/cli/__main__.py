"""``python -m jupyter_azure_auth.cli``."""

import sys

from .main import main

sys.exit(main())
