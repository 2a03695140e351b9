ALTER TABLE `packets` ADD `nextAt` text;--> statement-breakpoint
ALTER TABLE `packets` ADD `nextClock` text;