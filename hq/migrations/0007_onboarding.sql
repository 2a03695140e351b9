CREATE TABLE "onboarding_facts" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"step" text NOT NULL,
	"kind" text NOT NULL,
	"on" text NOT NULL,
	"cause" text,
	"note" text NOT NULL,
	"position" integer,
	"priority_basis" text,
	"withdraws" text,
	"recorded_by" text NOT NULL,
	"recorded_at" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "prospects" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"pm_id" text NOT NULL,
	"name" text NOT NULL,
	"state" text NOT NULL,
	"county" text NOT NULL,
	"stage" text NOT NULL,
	"contacts" json NOT NULL,
	"opened_at" text NOT NULL,
	"changed_at" text NOT NULL
);
--> statement-breakpoint
CREATE INDEX "onboarding_facts_agency" ON "onboarding_facts" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "prospects_pm" ON "prospects" USING btree ("pm_id");