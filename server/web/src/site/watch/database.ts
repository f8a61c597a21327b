/** The name of the browser's database that holds what is watched. */
export const DATABASE = 'tekser';
