/** The builder turns an imported icon into its text. */
declare module '*.svg' {
  const text: string;
  export default text;
}
