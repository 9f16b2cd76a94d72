// Nothing is loaded with the page: the components bring their styles (src/panel/styles.ts).
