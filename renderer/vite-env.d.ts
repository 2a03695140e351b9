/** Style sheets are imported for their effect only. */
declare module '*.css';
declare module 'virtual:uswds-subset.css';
