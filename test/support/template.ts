/** The migrated database that each test file copies. */
export const TEMPLATE_DATABASE = 'zvirka_template'
