/**
 * Which ERO field office answers for an agency: by state, and by county in Texas, where several do (domain 9.5).
 * A place that the table does not know is '' : the caller asks for it instead of guessing.
 */
const BY_STATE: Readonly<Record<string, string>> = {
  GA: 'Atlanta', NC: 'Atlanta', SC: 'Atlanta', MD: 'Baltimore', MA: 'Boston', NY: 'Buffalo', WI: 'Chicago', OK: 'Dallas', OH: 'Detroit', FL: 'Miami',
  AL: 'New Orleans', AR: 'New Orleans', LA: 'New Orleans', TN: 'New Orleans', NJ: 'Newark', AZ: 'Phoenix', NE: 'St. Paul', NV: 'Salt Lake City', VA: 'Washington',
};
/** Texas counties of the 2018 agreements. */
const TEXAS: Readonly<Record<string, string>> = {
  Lubbock: 'Dallas', Potter: 'Dallas', Rockwall: 'Dallas', Smith: 'Dallas', Tarrant: 'Dallas',
  Terrell: 'El Paso',
  Burnet: 'San Antonio', Kendall: 'San Antonio', Williamson: 'San Antonio',
  Aransas: 'Houston', Calhoun: 'Houston', Chambers: 'Houston', DeWitt: 'Houston', Galveston: 'Houston', Goliad: 'Houston', Jackson: 'Houston', Lavaca: 'Houston', Matagorda: 'Houston',
  Montgomery: 'Houston', Nueces: 'Houston', Refugio: 'Houston', Victoria: 'Houston', Walker: 'Houston', Waller: 'Houston', Wharton: 'Houston',
};

/** The field office for a county, or '' when the table does not know the place. `state` is the postal code. */
export const fieldOfficeFor = (state: string, county: string): string => (state === 'TX' ? (TEXAS[county] ?? '') : (BY_STATE[state] ?? ''));
