CREATE TABLE `attestations` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`officerId` text NOT NULL,
	`period` text NOT NULL,
	`attestedBy` text NOT NULL,
	`attestedAt` text NOT NULL,
	`note` text NOT NULL,
	`basis` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `attestations_agency` ON `attestations` (`agencyId`);--> statement-breakpoint
CREATE INDEX `attestations_officer` ON `attestations` (`officerId`);--> statement-breakpoint
CREATE TABLE `course_waivers` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`officerId` text,
	`requirement` text NOT NULL,
	`reason` text NOT NULL,
	`evidence` text NOT NULL,
	`filedBy` text NOT NULL,
	`filedAt` text NOT NULL,
	`substitute` text,
	`grantedBy` text,
	`grantedAt` text,
	`validFrom` text,
	`expiresOn` text,
	`endedBy` text,
	`endedAt` text
);
--> statement-breakpoint
CREATE INDEX `course_waivers_agency` ON `course_waivers` (`agencyId`);--> statement-breakpoint
CREATE TABLE `officer_events` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`officerId` text NOT NULL,
	`kind` text NOT NULL,
	`at` text NOT NULL,
	`details` text NOT NULL,
	`recordedBy` text NOT NULL,
	`recordedRole` text NOT NULL,
	`recordedAt` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `officer_events_agency` ON `officer_events` (`agencyId`);--> statement-breakpoint
CREATE INDEX `officer_events_officer` ON `officer_events` (`officerId`);--> statement-breakpoint
CREATE TABLE `requirement_owners` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`requirement` text NOT NULL,
	`name` text NOT NULL,
	`title` text NOT NULL,
	`contact` text NOT NULL,
	`namedBy` text NOT NULL,
	`namedAt` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `requirement_owners_agency` ON `requirement_owners` (`agencyId`);--> statement-breakpoint
CREATE TABLE `training_imports` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`importId` text NOT NULL,
	`fileName` text NOT NULL,
	`fileHash` text NOT NULL,
	`source` text NOT NULL,
	`rows` integer NOT NULL,
	`importedBy` text NOT NULL,
	`importedAt` text NOT NULL,
	`undoneBy` text,
	`undoneAt` text
);
--> statement-breakpoint
CREATE INDEX `training_imports_agency` ON `training_imports` (`agencyId`);--> statement-breakpoint
ALTER TABLE `training` ADD `evidence` text;--> statement-breakpoint
ALTER TABLE `training` ADD `provider` text;--> statement-breakpoint
ALTER TABLE `training` ADD `importId` text;--> statement-breakpoint
ALTER TABLE `training` ADD `recordedBy` text;--> statement-breakpoint
ALTER TABLE `training` ADD `recordedAt` text;--> statement-breakpoint
ALTER TABLE `training` ADD `withdrawnBy` text;--> statement-breakpoint
ALTER TABLE `training` ADD `withdrawnAt` text;--> statement-breakpoint
ALTER TABLE `training` ADD `withdrawnReason` text;--> statement-breakpoint
ALTER TABLE `training` DROP COLUMN `dueOn`;--> statement-breakpoint
ALTER TABLE `training` DROP COLUMN `status`;