/** Style sheets are imported for their effect only. */
declare module '*.css';
declare module 'virtual:uswds-subset.css';
/** The address of a file that the build puts beside the script. */
declare module '*?url' {
  const url: string;
  export default url;
}
