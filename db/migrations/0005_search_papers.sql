-- Written by hand: the search over people is made anew, and one over papers and notes beside it. Both are filled by db/search.ts, which folds the
-- words itself (shared/domain/search-words.ts): the index only cuts at spaces. Which packets hold a word is all that is kept, not where it stands.
DROP TABLE `packet_search`;
--> statement-breakpoint
CREATE VIRTUAL TABLE `packet_search` USING fts5(text, content='', contentless_delete=1, tokenize='ascii', prefix='2 3', detail='none');
--> statement-breakpoint
CREATE VIRTUAL TABLE `packet_search_papers` USING fts5(text, content='', contentless_delete=1, tokenize='ascii', detail='none');
--> statement-breakpoint
INSERT INTO `packet_search_papers` (`packet_search_papers`, `rank`) VALUES ('pgsz', 8000);
