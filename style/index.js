// Nothing is loaded with the page: the components bring panel.css when they are first shown.
