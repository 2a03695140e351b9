CREATE TABLE `access_log` (
	`id` text PRIMARY KEY NOT NULL,
	`at` text NOT NULL,
	`what` text NOT NULL,
	`packetId` text,
	`sentAt` text
);
--> statement-breakpoint
CREATE INDEX `access_log_sent` ON `access_log` (`sentAt`,`at`);--> statement-breakpoint
CREATE TABLE `agencies` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`name` text NOT NULL,
	`state` text NOT NULL,
	`county` text NOT NULL,
	`model` text NOT NULL,
	`fieldOffice` text NOT NULL,
	`zone` text NOT NULL,
	`lat` real NOT NULL,
	`lon` real NOT NULL,
	`moaSignedOn` text,
	`moaStatus` text NOT NULL,
	`sites` text NOT NULL,
	`isSynthetic` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `assignments` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`pmId` text NOT NULL,
	`agencyId` text NOT NULL,
	`kind` text NOT NULL,
	`startAt` text NOT NULL,
	`endAt` text
);
--> statement-breakpoint
CREATE INDEX `assignments_pm` ON `assignments` (`pmId`);--> statement-breakpoint
CREATE INDEX `assignments_agency` ON `assignments` (`agencyId`);--> statement-breakpoint
CREATE TABLE `authority_intervals` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`officerId` text NOT NULL,
	`model` text NOT NULL,
	`startAt` text NOT NULL,
	`endAt` text,
	`endReason` text,
	`recordedAt` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `authority_intervals_agency` ON `authority_intervals` (`agencyId`);--> statement-breakpoint
CREATE INDEX `authority_intervals_officer` ON `authority_intervals` (`officerId`);--> statement-breakpoint
CREATE TABLE `check_runs` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`packetId` text NOT NULL,
	`number` integer NOT NULL,
	`pack` text NOT NULL,
	`inputsHash` text NOT NULL,
	`evaluatedAt` text NOT NULL,
	`results` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `check_runs_packet` ON `check_runs` (`packetId`);--> statement-breakpoint
CREATE TABLE `checkpoints` (
	`hash` text PRIMARY KEY NOT NULL,
	`ledger` text NOT NULL,
	`epoch` text NOT NULL,
	`seq` integer NOT NULL,
	`head` text NOT NULL,
	`serverTime` text NOT NULL,
	`jws` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `cursors` (
	`stream` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`receivedAt` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `drafts` (
	`key` text PRIMARY KEY NOT NULL,
	`body` text NOT NULL,
	`savedAt` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `holds` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`packetId` text NOT NULL,
	`subjectId` text NOT NULL,
	`rule` text NOT NULL,
	`reason` text NOT NULL,
	`placedBy` text NOT NULL,
	`placedAt` text NOT NULL,
	`releasedBy` text,
	`releasedRole` text,
	`releasedAt` text,
	`releaseNote` text
);
--> statement-breakpoint
CREATE INDEX `holds_packet` ON `holds` (`packetId`);--> statement-breakpoint
CREATE INDEX `holds_subject` ON `holds` (`subjectId`);--> statement-breakpoint
CREATE INDEX `holds_released` ON `holds` (`releasedAt`);--> statement-breakpoint
CREATE TABLE `itinerary_stops` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`pmId` text NOT NULL,
	`agencyId` text NOT NULL,
	`arriveAt` text NOT NULL,
	`departAt` text NOT NULL,
	`purpose` text NOT NULL,
	`note` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `itinerary_stops_pm` ON `itinerary_stops` (`pmId`);--> statement-breakpoint
CREATE INDEX `itinerary_stops_agency` ON `itinerary_stops` (`agencyId`);--> statement-breakpoint
CREATE TABLE `ledger_entries` (
	`n` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`ledger` text NOT NULL,
	`epoch` text NOT NULL,
	`seq` integer NOT NULL,
	`commandId` text NOT NULL,
	`at` text NOT NULL,
	`entry` text NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_entries_seq` ON `ledger_entries` (`ledger`,`epoch`,`seq`);--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_entries_command` ON `ledger_entries` (`commandId`);--> statement-breakpoint
CREATE TABLE `moa_intervals` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`status` text NOT NULL,
	`startAt` text NOT NULL,
	`endAt` text,
	`recordedAt` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `moa_intervals_agency` ON `moa_intervals` (`agencyId`);--> statement-breakpoint
CREATE TABLE `officers` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`name` text NOT NULL,
	`badge` text NOT NULL,
	`authorityState` text NOT NULL,
	`cardState` text NOT NULL,
	`lastCardLoginAt` text,
	`isSeparated` integer NOT NULL,
	`isSynthetic` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `officers_agency` ON `officers` (`agencyId`);--> statement-breakpoint
CREATE TABLE `outbox` (
	`n` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`commandId` text NOT NULL,
	`ledger` text NOT NULL,
	`epoch` text NOT NULL,
	`seq` integer NOT NULL,
	`name` text NOT NULL,
	`input` text NOT NULL,
	`envelope` text NOT NULL,
	`hash` text NOT NULL,
	`stream` text NOT NULL,
	`packetId` text,
	`savedAt` text NOT NULL,
	`bytes` integer NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`lastAttemptAt` text,
	`nextAttemptAt` text,
	`reasonCode` text,
	`reasonDetails` text,
	`replaces` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_command` ON `outbox` (`commandId`);--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_seq` ON `outbox` (`ledger`,`epoch`,`seq`);--> statement-breakpoint
CREATE INDEX `outbox_state` ON `outbox` (`state`,`n`);--> statement-breakpoint
CREATE INDEX `outbox_packet` ON `outbox` (`packetId`);--> statement-breakpoint
CREATE INDEX `outbox_saved` ON `outbox` (`state`,`savedAt`);--> statement-breakpoint
CREATE TABLE `packet_versions` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`packetId` text NOT NULL,
	`number` integer NOT NULL,
	`preparerId` text NOT NULL,
	`content` text NOT NULL,
	`contentHash` text NOT NULL,
	`preparedAt` text NOT NULL,
	`receivedAt` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `packet_versions_packet` ON `packet_versions` (`packetId`);--> statement-breakpoint
CREATE TABLE `packets` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`subjectId` text NOT NULL,
	`preparerId` text NOT NULL,
	`type` text NOT NULL,
	`state` text NOT NULL,
	`currentVersion` integer NOT NULL,
	`eventNumber` text NOT NULL,
	`isDetained` integer NOT NULL,
	`isResubmitted` integer NOT NULL,
	`receivedAt` text NOT NULL,
	`deadlineAt` text,
	`deadlineClock` text,
	`custodyLimitAt` text,
	`lane` integer NOT NULL,
	`blockCount` integer NOT NULL,
	`holdCount` integer NOT NULL,
	`warnCount` integer NOT NULL,
	`openHolds` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `packets_agency` ON `packets` (`agencyId`);--> statement-breakpoint
CREATE INDEX `packets_subject` ON `packets` (`subjectId`);--> statement-breakpoint
CREATE INDEX `packets_preparer` ON `packets` (`preparerId`);--> statement-breakpoint
CREATE TABLE `pending_rows` (
	`commandId` text NOT NULL,
	`tableName` text NOT NULL,
	`rowId` text NOT NULL,
	`stream` text NOT NULL,
	`before` text,
	PRIMARY KEY(`tableName`, `rowId`, `commandId`),
	FOREIGN KEY (`commandId`) REFERENCES `outbox`(`commandId`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `pending_rows_command` ON `pending_rows` (`commandId`);--> statement-breakpoint
CREATE TABLE `quarantine` (
	`commandId` text PRIMARY KEY NOT NULL,
	`at` text NOT NULL,
	`code` text NOT NULL,
	`details` text NOT NULL,
	`resolvedBy` text,
	`resolvedAt` text,
	FOREIGN KEY (`commandId`) REFERENCES `outbox`(`commandId`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `quarantine_open` ON `quarantine` (`resolvedAt`);--> statement-breakpoint
CREATE TABLE `receipts` (
	`commandId` text PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	`hash` text NOT NULL,
	`outcome` text NOT NULL,
	`code` text NOT NULL,
	`receivedAt` text NOT NULL,
	`reasons` text NOT NULL,
	`problem` text,
	`storedAt` text NOT NULL,
	FOREIGN KEY (`commandId`) REFERENCES `outbox`(`commandId`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `returns` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`packetId` text NOT NULL,
	`number` integer NOT NULL,
	`deficiencies` text NOT NULL,
	`note` text NOT NULL,
	`returnedBy` text NOT NULL,
	`returnedAt` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `returns_packet` ON `returns` (`packetId`);--> statement-breakpoint
CREATE TABLE `staff` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`legalTitle` text NOT NULL,
	`fieldOffice` text NOT NULL,
	`signerKid` text,
	`signerJwk` text,
	`activeFrom` text NOT NULL,
	`activeTo` text
);
--> statement-breakpoint
CREATE TABLE `statements` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`packetId` text NOT NULL,
	`number` integer NOT NULL,
	`formId` text NOT NULL,
	`formHash` text NOT NULL,
	`signerId` text NOT NULL,
	`legalTitle` text NOT NULL,
	`capacity` text NOT NULL,
	`signedAt` text NOT NULL,
	`zone` text NOT NULL,
	`jws` text NOT NULL,
	`effect` text NOT NULL,
	`reviewReasons` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `statements_packet` ON `statements` (`packetId`);--> statement-breakpoint
CREATE INDEX `statements_signer` ON `statements` (`signerId`,`signedAt`);--> statement-breakpoint
CREATE INDEX `statements_effect` ON `statements` (`effect`);--> statement-breakpoint
CREATE TABLE `subjects` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`name` text NOT NULL,
	`aNumber` text,
	`fin` text,
	`bornOn` text,
	`isSynthetic` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `subjects_agency` ON `subjects` (`agencyId`);--> statement-breakpoint
CREATE TABLE `sync_state` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `training` (
	`id` text PRIMARY KEY NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`changedBy` text NOT NULL,
	`agencyId` text NOT NULL,
	`officerId` text NOT NULL,
	`requirement` text NOT NULL,
	`title` text NOT NULL,
	`completedOn` text,
	`dueOn` text NOT NULL,
	`verifiedBy` text,
	`verifiedAt` text,
	`status` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `training_agency` ON `training` (`agencyId`);--> statement-breakpoint
CREATE INDEX `training_officer` ON `training` (`officerId`);--> statement-breakpoint
CREATE TABLE `waiting_rows` (
	`tableName` text NOT NULL,
	`rowId` text NOT NULL,
	`stream` text NOT NULL,
	`version` integer NOT NULL,
	`row` text NOT NULL,
	PRIMARY KEY(`tableName`, `rowId`)
);
