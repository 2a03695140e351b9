CREATE TABLE `onboarding_facts` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`step` text NOT NULL,
	`kind` text NOT NULL,
	`on` text NOT NULL,
	`cause` text,
	`note` text NOT NULL,
	`position` integer,
	`priorityBasis` text,
	`withdraws` text,
	`recordedBy` text NOT NULL,
	`recordedAt` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `onboarding_facts_agency` ON `onboarding_facts` (`agencyId`);--> statement-breakpoint
CREATE TABLE `prospects` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`pmId` text NOT NULL,
	`name` text NOT NULL,
	`state` text NOT NULL,
	`county` text NOT NULL,
	`stage` text NOT NULL,
	`contacts` text NOT NULL,
	`openedAt` text NOT NULL,
	`changedAt` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `prospects_pm` ON `prospects` (`pmId`);