/** What a screen says when it wants a document shown beside something: features never import each other, so the app hands the drawing over. */
import type { ReactNode, RefObject } from 'react';
import type { Attachment } from '../../shared/domain/packet.ts';
import type { Region } from '../../shared/rows.ts';

/** A place in the document: a page from 1 and a part of it in fractions of the page as it is shown (null: the whole page), with the words that stand there. */
export type MarkedPlace = { readonly page: number; readonly region: Region | null; readonly quote: string };
/** A pin as it is drawn. `place` names it. */
export type PinMark = Pick<MarkedPlace, 'page' | 'region'> & { readonly place: string; readonly label: string; readonly isChosen: boolean; readonly isSeen: boolean };
export type PinsAsk = {
  readonly marks: readonly PinMark[];
  /** Where to go now; `n` differs with every step, so that the same place can be asked for twice. Null: where the document stands. */
  readonly target: { readonly place: string; readonly n: number } | null;
  /** The person wants to pin something to this place. */
  readonly onPlace: (place: MarkedPlace) => void;
};

export type DocumentAsk = {
  readonly packetId: string;
  readonly number: number;
  /** A form stands beside its fields; evidence stands alone under its description. */
  readonly kind: 'form' | 'evidence';
  readonly title: string;
  /** Null: there is no file, what is drawn from data is all there is. */
  readonly file: Attachment | null;
  /** The element that counts as "on screen"; null while a sentence stands in the place of a document. */
  readonly paper: RefObject<HTMLElement | null>;
  /** Pins into the document; null for a form, which is what has to be proven. */
  readonly pins: PinsAsk | null;
  /** The document itself is on screen, not a sentence in its place. */
  readonly onShown: () => void;
  readonly children: ReactNode;
};
export type RenderDocument = (ask: DocumentAsk) => ReactNode;
