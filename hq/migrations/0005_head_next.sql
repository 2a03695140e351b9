ALTER TABLE "packets" ADD COLUMN "next_at" text;--> statement-breakpoint
ALTER TABLE "packets" ADD COLUMN "next_clock" text;