/** Where drizzle-kit writes HQ's migrations. They are applied by `hq/migrate.ts`, never by drizzle's own runner. */
import { defineConfig } from 'drizzle-kit';

export default defineConfig({ dialect: 'postgresql', schema: './hq/schema.ts', out: './hq/migrations', casing: 'snake_case' });
