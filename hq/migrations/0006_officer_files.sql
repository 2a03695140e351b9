CREATE TABLE "attestations" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"officer_id" text NOT NULL,
	"period" text NOT NULL,
	"attested_by" text NOT NULL,
	"attested_at" text NOT NULL,
	"note" text NOT NULL,
	"basis" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "course_waivers" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"officer_id" text,
	"requirement" text NOT NULL,
	"reason" text NOT NULL,
	"evidence" text NOT NULL,
	"filed_by" text NOT NULL,
	"filed_at" text NOT NULL,
	"substitute" text,
	"granted_by" text,
	"granted_at" text,
	"valid_from" text,
	"expires_on" text,
	"ended_by" text,
	"ended_at" text
);
--> statement-breakpoint
CREATE TABLE "officer_events" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"officer_id" text NOT NULL,
	"kind" text NOT NULL,
	"at" text NOT NULL,
	"details" json NOT NULL,
	"recorded_by" text NOT NULL,
	"recorded_role" text NOT NULL,
	"recorded_at" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "requirement_owners" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"requirement" text NOT NULL,
	"name" text NOT NULL,
	"title" text NOT NULL,
	"contact" text NOT NULL,
	"named_by" text NOT NULL,
	"named_at" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "training_imports" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"import_id" text NOT NULL,
	"file_name" text NOT NULL,
	"file_hash" text NOT NULL,
	"source" text NOT NULL,
	"rows" integer NOT NULL,
	"imported_by" text NOT NULL,
	"imported_at" text NOT NULL,
	"undone_by" text,
	"undone_at" text
);
--> statement-breakpoint
ALTER TABLE "training" ADD COLUMN "evidence" text;--> statement-breakpoint
ALTER TABLE "training" ADD COLUMN "provider" text;--> statement-breakpoint
ALTER TABLE "training" ADD COLUMN "import_id" text;--> statement-breakpoint
ALTER TABLE "training" ADD COLUMN "recorded_by" text;--> statement-breakpoint
ALTER TABLE "training" ADD COLUMN "recorded_at" text;--> statement-breakpoint
ALTER TABLE "training" ADD COLUMN "withdrawn_by" text;--> statement-breakpoint
ALTER TABLE "training" ADD COLUMN "withdrawn_at" text;--> statement-breakpoint
ALTER TABLE "training" ADD COLUMN "withdrawn_reason" text;--> statement-breakpoint
CREATE INDEX "attestations_agency" ON "attestations" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "attestations_officer" ON "attestations" USING btree ("officer_id");--> statement-breakpoint
CREATE INDEX "course_waivers_agency" ON "course_waivers" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "officer_events_agency" ON "officer_events" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "officer_events_officer" ON "officer_events" USING btree ("officer_id");--> statement-breakpoint
CREATE INDEX "requirement_owners_agency" ON "requirement_owners" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "training_imports_agency" ON "training_imports" USING btree ("agency_id");--> statement-breakpoint
ALTER TABLE "training" DROP COLUMN "due_on";--> statement-breakpoint
ALTER TABLE "training" DROP COLUMN "status";