/** Tells zod not to compile schemas with `new Function`: the page's policy forbids it. Must be imported before any schema is used. */
import { z } from 'zod';

z.config({ jitless: true });
