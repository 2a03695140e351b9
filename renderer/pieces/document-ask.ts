/** What a screen says when it wants a document shown beside something: features never import each other, so the app hands the drawing over. */
import type { ReactNode, RefObject } from 'react';
import type { Attachment } from '../../shared/domain/packet.ts';

export type DocumentAsk = {
  readonly packetId: string;
  readonly number: number;
  /** A form stands beside its fields; evidence stands alone under its description. */
  readonly kind: 'form' | 'evidence';
  readonly title: string;
  /** Null: there is no file, what is drawn from data is all there is. */
  readonly file: Attachment | null;
  /** The element that counts as "on screen". */
  readonly paper: RefObject<HTMLElement | null>;
  readonly children: ReactNode;
};
export type RenderDocument = (ask: DocumentAsk) => ReactNode;
