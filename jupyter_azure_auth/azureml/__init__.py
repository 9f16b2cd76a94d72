"""Azure ML's SDK v1: ``InteractiveLoginAuthentication``, and a notebook extension of that name.

Nothing here loads azureml-core before it is asked for.
"""
