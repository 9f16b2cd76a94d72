/** The builder turns an imported style sheet with this ending into its text. */
declare module '*.raw.css' {
  const text: string;
  export default text;
}
