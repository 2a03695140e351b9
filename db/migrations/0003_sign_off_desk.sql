CREATE TABLE `claims` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`subjectId` text NOT NULL,
	`packetId` text NOT NULL,
	`kind` text NOT NULL,
	`source` text NOT NULL,
	`statement` text NOT NULL,
	`reportedAt` text NOT NULL,
	`zone` text NOT NULL,
	`recordedBy` text NOT NULL,
	`recordedAt` text NOT NULL,
	`consultedAt` text,
	`outcome` text,
	`outcomeNote` text,
	`closedBy` text,
	`closedAt` text
);
--> statement-breakpoint
CREATE INDEX `claims_packet` ON `claims` (`packetId`);--> statement-breakpoint
CREATE INDEX `claims_subject` ON `claims` (`subjectId`);--> statement-breakpoint
CREATE INDEX `claims_agency` ON `claims` (`agencyId`);--> statement-breakpoint
CREATE TABLE `custody_events` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`packetId` text NOT NULL,
	`subjectId` text NOT NULL,
	`kind` text NOT NULL,
	`at` text NOT NULL,
	`zone` text NOT NULL,
	`details` text NOT NULL,
	`recordedBy` text NOT NULL,
	`recordedAt` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `custody_events_packet` ON `custody_events` (`packetId`);--> statement-breakpoint
CREATE INDEX `custody_events_subject` ON `custody_events` (`subjectId`);--> statement-breakpoint
CREATE INDEX `custody_events_agency` ON `custody_events` (`agencyId`);--> statement-breakpoint
CREATE TABLE `lookback_reviews` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`packetId` text NOT NULL,
	`statementId` text,
	`cause` text NOT NULL,
	`reasons` text NOT NULL,
	`isDetained` integer NOT NULL,
	`openedAt` text NOT NULL,
	`dueAt` text NOT NULL,
	`ownerId` text,
	`outcome` text,
	`outcomeNote` text,
	`notices` text NOT NULL,
	`closedBy` text,
	`closedAt` text
);
--> statement-breakpoint
CREATE INDEX `lookback_reviews_packet` ON `lookback_reviews` (`packetId`);--> statement-breakpoint
CREATE INDEX `lookback_reviews_agency` ON `lookback_reviews` (`agencyId`);--> statement-breakpoint
CREATE TABLE `packet_links` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`packetId` text NOT NULL,
	`otherPacketId` text NOT NULL,
	`otherAgencyId` text NOT NULL,
	`kind` text NOT NULL,
	`score` real NOT NULL,
	`excerpt` text NOT NULL,
	`foundAt` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `packet_links_packet` ON `packet_links` (`packetId`);--> statement-breakpoint
CREATE INDEX `packet_links_agency` ON `packet_links` (`agencyId`);--> statement-breakpoint
CREATE TABLE `pins` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`packetId` text NOT NULL,
	`number` integer NOT NULL,
	`element` text NOT NULL,
	`evidenceId` text NOT NULL,
	`page` integer NOT NULL,
	`region` text,
	`quote` text NOT NULL,
	`addedBy` text NOT NULL,
	`addedAt` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `pins_packet` ON `pins` (`packetId`);--> statement-breakpoint
CREATE INDEX `pins_agency` ON `pins` (`agencyId`);--> statement-breakpoint
CREATE TABLE `rule_packs` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`packVersion` text NOT NULL,
	`document` text NOT NULL,
	`documentHash` text NOT NULL,
	`jws` text NOT NULL,
	`effectiveFrom` text NOT NULL,
	`publishedBy` text NOT NULL,
	`publishedAt` text NOT NULL,
	`approvers` text NOT NULL,
	`lowered` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `saved_filters` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`pmId` text NOT NULL,
	`name` text NOT NULL,
	`filter` text NOT NULL,
	`savedAt` text NOT NULL,
	`isRemoved` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `saved_filters_pm` ON `saved_filters` (`pmId`);--> statement-breakpoint
CREATE TABLE `site_calls` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`calledAt` text NOT NULL,
	`zone` text NOT NULL,
	`caller` text NOT NULL,
	`about` text NOT NULL,
	`action` text NOT NULL,
	`kind` text NOT NULL,
	`subjectId` text,
	`packetId` text,
	`recordedBy` text NOT NULL,
	`recordedAt` text NOT NULL,
	`closedAt` text
);
--> statement-breakpoint
CREATE INDEX `site_calls_agency` ON `site_calls` (`agencyId`);