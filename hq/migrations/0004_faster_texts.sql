-- The long texts of each packet are compressed by LZ4 from now on, many times faster than the default on both ways; what is stored stays readable as it is.
-- Only where this PostgreSQL was built with it (PGlite is not).
DO $$
BEGIN
  IF 'lz4' IN (SELECT unnest(enumvals) FROM pg_settings WHERE name = 'default_toast_compression') THEN
    ALTER TABLE "packet_versions" ALTER COLUMN "content" SET COMPRESSION lz4;
    ALTER TABLE "check_runs" ALTER COLUMN "results" SET COMPRESSION lz4;
    ALTER TABLE "feed" ALTER COLUMN "line" SET COMPRESSION lz4;
  END IF;
END $$;
