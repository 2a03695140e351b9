CREATE TABLE "link_looks" (
	"packet_id" text PRIMARY KEY NOT NULL,
	"row_version" integer NOT NULL,
	"number" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "narrative_buckets" (
	"bucket" integer NOT NULL,
	"packet_id" text NOT NULL,
	CONSTRAINT "narrative_buckets_bucket_packet_id_pk" PRIMARY KEY("bucket","packet_id")
);
--> statement-breakpoint
CREATE INDEX "narrative_buckets_packet" ON "narrative_buckets" USING btree ("packet_id");--> statement-breakpoint
CREATE INDEX "rule_packs_stream" ON "rule_packs" USING btree ("stream");--> statement-breakpoint
CREATE INDEX "subjects_a_number" ON "subjects" USING btree (lpad(regexp_replace("a_number", '[^0-9]', '', 'g'), 9, '0'));--> statement-breakpoint
CREATE INDEX "subjects_fin" ON "subjects" USING btree (upper(regexp_replace("fin", '[^0-9A-Za-z]', '', 'g')));