CREATE TABLE "access_log" (
	"device" text NOT NULL,
	"id" text NOT NULL,
	"pm_id" text NOT NULL,
	"at" text NOT NULL,
	"what" text NOT NULL,
	"packet_id" text,
	"received_at" text NOT NULL,
	CONSTRAINT "access_log_device_id_pk" PRIMARY KEY("device","id")
);
--> statement-breakpoint
CREATE TABLE "agencies" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"name" text NOT NULL,
	"state" text NOT NULL,
	"county" text NOT NULL,
	"model" text NOT NULL,
	"field_office" text NOT NULL,
	"zone" text NOT NULL,
	"lat" double precision NOT NULL,
	"lon" double precision NOT NULL,
	"moa_signed_on" text,
	"moa_status" text NOT NULL,
	"sites" json NOT NULL,
	"is_synthetic" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "assignments" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"pm_id" text NOT NULL,
	"agency_id" text NOT NULL,
	"kind" text NOT NULL,
	"start_at" text NOT NULL,
	"end_at" text
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"id" text PRIMARY KEY NOT NULL,
	"at" text NOT NULL,
	"actor" text NOT NULL,
	"role" text NOT NULL,
	"what" text NOT NULL,
	"target" text NOT NULL,
	"outcome" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "authority_intervals" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"officer_id" text NOT NULL,
	"model" text NOT NULL,
	"start_at" text NOT NULL,
	"end_at" text,
	"end_reason" text,
	"recorded_at" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "check_runs" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"packet_id" text NOT NULL,
	"number" integer NOT NULL,
	"pack" text NOT NULL,
	"inputs_hash" text NOT NULL,
	"evaluated_at" text NOT NULL,
	"results" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "checkpoints" (
	"hash" text PRIMARY KEY NOT NULL,
	"ledger" text NOT NULL,
	"epoch" text NOT NULL,
	"seq" integer NOT NULL,
	"jws" text NOT NULL,
	"at" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "devices" (
	"id" text PRIMARY KEY NOT NULL,
	"pm_id" text NOT NULL,
	"name" text NOT NULL,
	"device_jwk" text NOT NULL,
	"signer_jwk" text NOT NULL,
	"signer_kid" text NOT NULL,
	"ledger" text NOT NULL,
	"enrolled_at" text NOT NULL,
	"revoked_at" text,
	"last_contact_at" text
);
--> statement-breakpoint
CREATE TABLE "enrolment_codes" (
	"code_hash" text PRIMARY KEY NOT NULL,
	"pm_id" text NOT NULL,
	"expires_at" text NOT NULL,
	"used_at" text,
	"device_id" text
);
--> statement-breakpoint
CREATE TABLE "feed" (
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"tbl" text NOT NULL,
	"row_id" text NOT NULL,
	"line" text NOT NULL,
	CONSTRAINT "feed_stream_tbl_row_id_pk" PRIMARY KEY("stream","tbl","row_id")
);
--> statement-breakpoint
CREATE TABLE "heartbeats" (
	"device" text PRIMARY KEY NOT NULL,
	"at" text NOT NULL,
	"unsent" integer NOT NULL,
	"oldest_at" text,
	"clocks_soon" integer NOT NULL,
	"app_version" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"packet_id" text NOT NULL,
	"subject_id" text NOT NULL,
	"rule" text NOT NULL,
	"reason" text NOT NULL,
	"placed_by" text NOT NULL,
	"placed_at" text NOT NULL,
	"released_by" text,
	"released_role" text,
	"released_at" text,
	"release_note" text
);
--> statement-breakpoint
CREATE TABLE "hq_state" (
	"key" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ingest_seen" (
	"kind" text NOT NULL,
	"hash" text NOT NULL,
	"at" text NOT NULL,
	CONSTRAINT "ingest_seen_kind_hash_pk" PRIMARY KEY("kind","hash")
);
--> statement-breakpoint
CREATE TABLE "itinerary_stops" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"pm_id" text NOT NULL,
	"agency_id" text NOT NULL,
	"arrive_at" text NOT NULL,
	"depart_at" text NOT NULL,
	"purpose" text NOT NULL,
	"note" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger_entries" (
	"ledger" text NOT NULL,
	"epoch" text NOT NULL,
	"seq" integer NOT NULL,
	"hash" text NOT NULL,
	"entry" text NOT NULL,
	"command" text NOT NULL,
	CONSTRAINT "ledger_entries_ledger_epoch_seq_pk" PRIMARY KEY("ledger","epoch","seq")
);
--> statement-breakpoint
CREATE TABLE "ledger_heads" (
	"ledger" text NOT NULL,
	"epoch" text NOT NULL,
	"seq" integer NOT NULL,
	"head" text NOT NULL,
	"anchor_at" text NOT NULL,
	"opened_at" text NOT NULL,
	CONSTRAINT "ledger_heads_ledger_epoch_pk" PRIMARY KEY("ledger","epoch")
);
--> statement-breakpoint
CREATE TABLE "moa_intervals" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"status" text NOT NULL,
	"start_at" text NOT NULL,
	"end_at" text,
	"recorded_at" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "officers" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"name" text NOT NULL,
	"badge" text NOT NULL,
	"authority_state" text NOT NULL,
	"card_state" text NOT NULL,
	"last_card_login_at" text,
	"is_separated" boolean NOT NULL,
	"is_synthetic" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "packet_versions" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"packet_id" text NOT NULL,
	"number" integer NOT NULL,
	"preparer_id" text NOT NULL,
	"content" text NOT NULL,
	"content_hash" text NOT NULL,
	"prepared_at" text NOT NULL,
	"received_at" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "packets" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"subject_id" text NOT NULL,
	"preparer_id" text NOT NULL,
	"type" text NOT NULL,
	"state" text NOT NULL,
	"current_version" integer NOT NULL,
	"event_number" text NOT NULL,
	"is_detained" boolean NOT NULL,
	"is_resubmitted" boolean NOT NULL,
	"received_at" text NOT NULL,
	"deadline_at" text,
	"deadline_clock" text,
	"custody_limit_at" text,
	"lane" integer NOT NULL,
	"block_count" integer NOT NULL,
	"hold_count" integer NOT NULL,
	"warn_count" integer NOT NULL,
	"open_holds" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "push_results" (
	"ledger" text NOT NULL,
	"epoch" text NOT NULL,
	"seq" integer NOT NULL,
	"hash" text NOT NULL,
	"command_id" text NOT NULL,
	"receipt" text NOT NULL,
	"received_at" text NOT NULL,
	CONSTRAINT "push_results_ledger_epoch_seq_pk" PRIMARY KEY("ledger","epoch","seq")
);
--> statement-breakpoint
CREATE TABLE "quarantine" (
	"ledger" text NOT NULL,
	"epoch" text NOT NULL,
	"seq" integer NOT NULL,
	"hash" text NOT NULL,
	"code" text NOT NULL,
	"item" text NOT NULL,
	"receipt" text NOT NULL,
	"received_at" text NOT NULL,
	CONSTRAINT "quarantine_ledger_epoch_seq_hash_pk" PRIMARY KEY("ledger","epoch","seq","hash")
);
--> statement-breakpoint
CREATE TABLE "returns" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"packet_id" text NOT NULL,
	"number" integer NOT NULL,
	"deficiencies" json NOT NULL,
	"note" text NOT NULL,
	"returned_by" text NOT NULL,
	"returned_at" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "staff" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"legal_title" text NOT NULL,
	"field_office" text NOT NULL,
	"signer_kid" text,
	"signer_jwk" text,
	"active_from" text NOT NULL,
	"active_to" text
);
--> statement-breakpoint
CREATE TABLE "statements" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"packet_id" text NOT NULL,
	"number" integer NOT NULL,
	"form_id" text NOT NULL,
	"form_hash" text NOT NULL,
	"signer_id" text NOT NULL,
	"legal_title" text NOT NULL,
	"capacity" text NOT NULL,
	"signed_at" text NOT NULL,
	"zone" text NOT NULL,
	"jws" text NOT NULL,
	"effect" text NOT NULL,
	"review_reasons" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "streams" (
	"id" text PRIMARY KEY NOT NULL,
	"head" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "subjects" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"name" text NOT NULL,
	"a_number" text,
	"fin" text,
	"born_on" text,
	"is_synthetic" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"jti" text PRIMARY KEY NOT NULL,
	"device" text NOT NULL,
	"expires_at" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "training" (
	"id" text PRIMARY KEY NOT NULL,
	"stream" text NOT NULL,
	"version" integer NOT NULL,
	"changed_by" text NOT NULL,
	"agency_id" text NOT NULL,
	"officer_id" text NOT NULL,
	"requirement" text NOT NULL,
	"title" text NOT NULL,
	"completed_on" text,
	"due_on" text NOT NULL,
	"verified_by" text,
	"verified_at" text,
	"status" text NOT NULL
);
--> statement-breakpoint
CREATE INDEX "assignments_pm" ON "assignments" USING btree ("pm_id");--> statement-breakpoint
CREATE INDEX "assignments_agency" ON "assignments" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "authority_intervals_agency" ON "authority_intervals" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "authority_intervals_officer" ON "authority_intervals" USING btree ("officer_id");--> statement-breakpoint
CREATE INDEX "check_runs_packet" ON "check_runs" USING btree ("packet_id");--> statement-breakpoint
CREATE INDEX "check_runs_agency" ON "check_runs" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "checkpoints_ledger" ON "checkpoints" USING btree ("ledger","epoch");--> statement-breakpoint
CREATE UNIQUE INDEX "devices_ledger" ON "devices" USING btree ("ledger");--> statement-breakpoint
CREATE INDEX "feed_order" ON "feed" USING btree ("stream","version");--> statement-breakpoint
CREATE INDEX "holds_packet" ON "holds" USING btree ("packet_id");--> statement-breakpoint
CREATE INDEX "holds_subject" ON "holds" USING btree ("subject_id");--> statement-breakpoint
CREATE INDEX "holds_agency" ON "holds" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "itinerary_stops_pm" ON "itinerary_stops" USING btree ("pm_id");--> statement-breakpoint
CREATE INDEX "itinerary_stops_agency" ON "itinerary_stops" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "moa_intervals_agency" ON "moa_intervals" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "officers_agency" ON "officers" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "packet_versions_packet" ON "packet_versions" USING btree ("packet_id");--> statement-breakpoint
CREATE INDEX "packet_versions_agency" ON "packet_versions" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "packets_agency" ON "packets" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "packets_subject" ON "packets" USING btree ("subject_id");--> statement-breakpoint
CREATE INDEX "push_results_command" ON "push_results" USING btree ("ledger","command_id");--> statement-breakpoint
CREATE INDEX "returns_packet" ON "returns" USING btree ("packet_id");--> statement-breakpoint
CREATE INDEX "returns_agency" ON "returns" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "statements_packet" ON "statements" USING btree ("packet_id");--> statement-breakpoint
CREATE INDEX "statements_agency" ON "statements" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "subjects_agency" ON "subjects" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "tokens_expiry" ON "tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "training_agency" ON "training" USING btree ("agency_id");--> statement-breakpoint
CREATE INDEX "training_officer" ON "training" USING btree ("officer_id");