-- Written by hand: what drizzle-kit cannot express. Expression indexes of the review queue (db/queries/queue.ts uses the same
-- expressions, word for word), the full-text table (filled per pulled page, never by triggers) and the append-only ledger.
CREATE INDEX `packets_queue` ON `packets` (CASE "state" WHEN 'closed' THEN 9 ELSE "lane" END, coalesce("deadlineAt", '~'), 1 - "isDetained", "receivedAt", "id",
  CASE "state" WHEN 'closed' THEN NULL ELSE "custodyLimitAt" END);
--> statement-breakpoint
CREATE INDEX `packets_queue_resubmitted` ON `packets` (CASE "state" WHEN 'closed' THEN 9 ELSE "lane" END, coalesce("deadlineAt", '~'), 1 - "isDetained", "receivedAt", "id",
  CASE "state" WHEN 'closed' THEN NULL ELSE "custodyLimitAt" END) WHERE "isResubmitted" = 1;
--> statement-breakpoint
CREATE INDEX `packets_queue_blocked` ON `packets` (CASE "state" WHEN 'closed' THEN 9 ELSE "lane" END, coalesce("deadlineAt", '~'), 1 - "isDetained", "receivedAt", "id",
  CASE "state" WHEN 'closed' THEN NULL ELSE "custodyLimitAt" END) WHERE ("blockCount" > 0 OR "holdCount" > 0 OR "openHolds" > 0);
--> statement-breakpoint
CREATE INDEX `packets_custody` ON `packets` (CASE "state" WHEN 'closed' THEN 9 ELSE "lane" END, CASE "state" WHEN 'closed' THEN NULL ELSE "custodyLimitAt" END) WHERE "custodyLimitAt" IS NOT NULL;
--> statement-breakpoint
CREATE VIRTUAL TABLE `packet_search` USING fts5(text, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='2 3');
--> statement-breakpoint
CREATE TRIGGER `ledger_entries_no_update` BEFORE UPDATE ON `ledger_entries` BEGIN SELECT RAISE(ABORT, 'the ledger is append only'); END;
--> statement-breakpoint
CREATE TRIGGER `ledger_entries_no_delete` BEFORE DELETE ON `ledger_entries` BEGIN SELECT RAISE(ABORT, 'the ledger is append only'); END;
--> statement-breakpoint
CREATE TRIGGER `receipts_no_update` BEFORE UPDATE ON `receipts` BEGIN SELECT RAISE(ABORT, 'a receipt is never rewritten'); END;
--> statement-breakpoint
CREATE TRIGGER `receipts_no_delete` BEFORE DELETE ON `receipts` BEGIN SELECT RAISE(ABORT, 'a receipt is never deleted'); END;
