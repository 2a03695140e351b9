CREATE TABLE "claims" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"subject_id" text NOT NULL,
	"packet_id" text NOT NULL,
	"kind" text NOT NULL,
	"source" text NOT NULL,
	"statement" text NOT NULL,
	"reported_at" text NOT NULL,
	"zone" text NOT NULL,
	"recorded_by" text NOT NULL,
	"recorded_at" text NOT NULL,
	"consulted_at" text,
	"outcome" text,
	"outcome_note" text,
	"closed_by" text,
	"closed_at" text
);
--> statement-breakpoint
CREATE TABLE "custody_events" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"packet_id" text NOT NULL,
	"subject_id" text NOT NULL,
	"kind" text NOT NULL,
	"at" text NOT NULL,
	"zone" text NOT NULL,
	"details" json NOT NULL,
	"recorded_by" text NOT NULL,
	"recorded_at" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lookback_reviews" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"packet_id" text NOT NULL,
	"statement_id" text,
	"cause" text NOT NULL,
	"reasons" json NOT NULL,
	"is_detained" boolean NOT NULL,
	"opened_at" text NOT NULL,
	"due_at" text NOT NULL,
	"owner_id" text,
	"outcome" text,
	"outcome_note" text,
	"notices" json NOT NULL,
	"closed_by" text,
	"closed_at" text
);
--> statement-breakpoint
CREATE TABLE "packet_links" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"packet_id" text NOT NULL,
	"other_packet_id" text NOT NULL,
	"other_agency_id" text NOT NULL,
	"kind" text NOT NULL,
	"score" double precision NOT NULL,
	"excerpt" text NOT NULL,
	"found_at" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pins" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"packet_id" text NOT NULL,
	"number" integer NOT NULL,
	"element" text NOT NULL,
	"evidence_id" text NOT NULL,
	"page" integer NOT NULL,
	"region" json,
	"quote" text NOT NULL,
	"added_by" text NOT NULL,
	"added_at" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rule_packs" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"pack_version" text NOT NULL,
	"document" text NOT NULL,
	"document_hash" text NOT NULL,
	"jws" text NOT NULL,
	"effective_from" text NOT NULL,
	"published_by" text NOT NULL,
	"published_at" text NOT NULL,
	"approvers" json NOT NULL,
	"lowered" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "saved_filters" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"pm_id" text NOT NULL,
	"name" text NOT NULL,
	"filter" json NOT NULL,
	"saved_at" text NOT NULL,
	"is_removed" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "site_calls" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"called_at" text NOT NULL,
	"zone" text NOT NULL,
	"caller" text NOT NULL,
	"about" text NOT NULL,
	"action" text NOT NULL,
	"kind" text NOT NULL,
	"subject_id" text,
	"packet_id" text,
	"recorded_by" text NOT NULL,
	"recorded_at" text NOT NULL,
	"closed_at" text
);
--> statement-breakpoint
CREATE INDEX "claims_packet" ON "claims" USING btree ("packet_id");--> statement-breakpoint
CREATE INDEX "claims_subject" ON "claims" USING btree ("subject_id");--> statement-breakpoint
CREATE INDEX "claims_agency" ON "claims" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "custody_events_packet" ON "custody_events" USING btree ("packet_id");--> statement-breakpoint
CREATE INDEX "custody_events_subject" ON "custody_events" USING btree ("subject_id");--> statement-breakpoint
CREATE INDEX "custody_events_agency" ON "custody_events" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "lookback_reviews_packet" ON "lookback_reviews" USING btree ("packet_id");--> statement-breakpoint
CREATE INDEX "lookback_reviews_agency" ON "lookback_reviews" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "packet_links_packet" ON "packet_links" USING btree ("packet_id");--> statement-breakpoint
CREATE INDEX "packet_links_agency" ON "packet_links" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "pins_packet" ON "pins" USING btree ("packet_id");--> statement-breakpoint
CREATE INDEX "pins_agency" ON "pins" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "saved_filters_pm" ON "saved_filters" USING btree ("pm_id");--> statement-breakpoint
CREATE INDEX "site_calls_agency" ON "site_calls" USING btree ("agency_id");