/**
 * A document beside the facts: the PDF on the left, fields on the right, a divider between. A form without a PDF is its fields alone. Says in a
 * sentence when a document is not here, failed its check, or cannot be shown; the fields stay usable in every case.
 */
import { Button } from '@trussworks/react-uswds';
import { type ReactNode, type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { ATTACHMENT_MAX_BYTES, type AttachmentState, safeMediaType } from '../../../shared/attachments.ts';
import type { Attachment } from '../../../shared/domain/packet.ts';
import { act } from '../../api.ts';
import type { DocumentAsk } from '../../pieces/document-ask.ts';
import { ProblemNote } from '../../pieces/ProblemNote.tsx';
import { bytesText } from '../../pieces/words.ts';
import { type DocumentMode, paneWidth, useStore } from '../../store.ts';
import { Divider } from '../../ui/Divider.tsx';
import { useQuery } from '../../use-query.ts';
import { PdfReader } from './PdfReader.tsx';
import { Picture } from './Picture.tsx';

/** From this width on, document and fields stand side by side by themselves. */
const WIDE = 900;
const MODES: readonly { readonly id: DocumentMode; readonly label: string }[] = [
  { id: 'document', label: 'Document' }, { id: 'facts', label: 'Fields' }, { id: 'both', label: 'Side by side' },
];

/** Shows what was asked for. */
export function DocumentDesk({ packetId, number, kind, title, file, paper, pins, onShown, children }: DocumentAsk) {
  const { look, setLook } = useStore();
  const desk = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = desk.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setWidth(element.clientWidth));
    setWidth(element.clientWidth);
    watch.observe(element);
    return () => watch.disconnect();
  }, [file === null]);
  if (!file) return children;
  if (kind === 'evidence') {
    return (
      <div className="document-desk" ref={desk}>
        <details className="document-about">
          <summary>About this evidence</summary>
          {children}
        </details>
        <Shown packetId={packetId} number={number} file={file} title={title} pins={pins} onShown={onShown} />
      </div>
    );
  }
  const mode: DocumentMode = look.documentMode === 'auto' ? (width >= WIDE ? 'both' : 'facts') : look.documentMode;
  const factsWidth = paneWidth(look.factsWidth, 0.24, 300, 380);
  return (
    <div className="document-desk" ref={desk}>
      <div className="document-modes" role="group" aria-label={`${title}: what is shown`}>
        {MODES.map((m) => (
          <button key={m.id} type="button" className="document-mode" aria-pressed={mode === m.id} onClick={() => setLook({ documentMode: m.id })}>
            {m.label}
          </button>
        ))}
      </div>
      {mode === 'facts' && <div className="document-facts">{children}</div>}
      {mode === 'document' && (
        <Paper key={file.sha256} paper={paper}>
          {(onDrawn) => <Shown packetId={packetId} number={number} file={file} title={title} pins={null} onShown={onDrawn} />}
        </Paper>
      )}
      {mode === 'both' && (
        <div className="document-both" style={{ gridTemplateColumns: `minmax(0, 1fr) 6px min(${factsWidth}px, 50%)` }}>
          <div className="document-half">
            <Shown packetId={packetId} number={number} file={file} title={title} pins={null} onShown={onShown} />
          </div>
          <Divider label="Width of the fields" width={factsWidth} min={240} max={900} onChange={(width) => setLook({ factsWidth: width })} />
          <div className="document-facts">{children}</div>
        </div>
      )}
    </div>
  );
}

/** What counts as "the form was on screen" while only its document is: from when it is shown, never the sentence why it is not. */
function Paper({ paper, children }: { readonly paper: RefObject<HTMLElement | null>; readonly children: (onShown: () => void) => ReactNode }) {
  const half = useRef<HTMLDivElement>(null);
  // Before the next thing that counts takes its place.
  useLayoutEffect(() => {
    const own = half.current;
    return () => {
      if (paper.current === own) paper.current = null;
    };
  }, [paper]);
  const onShown = useCallback(() => {
    paper.current = half.current;
  }, [paper]);
  return (
    <div className="document-half" ref={half}>
      {children(onShown)}
    </div>
  );
}

const NOT_SHOWN: Readonly<Partial<Record<AttachmentState['place'], string>>> = {
  waiting: 'document/not-here', fetching: 'document/not-here', not_at_hq: 'document/not-at-hq', failed: 'document/failed', no_room: 'document/no-room', too_large: 'document/too-large',
};
type ShownProps = Pick<DocumentAsk, 'packetId' | 'number' | 'title' | 'pins' | 'onShown'> & { readonly file: Attachment };
function Shown({ packetId, number, file, title, pins, onShown }: ShownProps) {
  const { data, problem } = useQuery('document.states', { packetId, number });
  const state = data?.find((s) => s.sha256 === file.sha256);
  const isMissing = state !== undefined && state.place !== 'here' && state.place !== 'too_large';
  // Looking at a packet moves its documents to the front.
  useEffect(() => {
    if (isMissing && state.place !== 'failed') void act('document.want', { packetId });
  }, [packetId, isMissing]);
  if (!data) {
    return problem ? (
      <div className="pad">
        <ProblemNote problem={problem} isAlert={false} />
      </div>
    ) : null;
  }
  const code = state ? NOT_SHOWN[state.place] : 'document/not-here';
  if (code) {
    return (
      <div className="pad stack">
        <ProblemNote problem={{ code, details: { limit: ATTACHMENT_MAX_BYTES } }} isAlert={false}>
          {state?.place === 'fetching' && (
            <p className="num" role="status">
              Fetching: {state.have} of {state.of} parts
            </p>
          )}
          {state?.place === 'waiting' && <p className="num soft">{bytesText(file.bytes)}, waits its turn</p>}
          {isMissing && (
            <Button type="button" outline className="start" onClick={() => void act('document.want', { packetId })}>
              Fetch now
            </Button>
          )}
        </ProblemNote>
      </div>
    );
  }
  return safeMediaType(file.mediaType).startsWith('image/') ? <Picture file={file} title={title} pins={pins} onShown={onShown} /> : <PdfReader file={file} title={title} pins={pins} onShown={onShown} />;
}
