/** Where drizzle-kit writes the laptop's migrations. They are applied by `db/migrate.ts`, never by drizzle's own runner. */
import { defineConfig } from 'drizzle-kit';

export default defineConfig({ dialect: 'sqlite', schema: './db/schema.ts', out: './db/migrations' });
