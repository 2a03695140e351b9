/** A picture that is no PDF: one page, pinned like one. */
import { useEffect, useRef, useState } from 'react';
import { safeMediaType } from '../../../shared/attachments.ts';
import type { Attachment } from '../../../shared/domain/packet.ts';
import type { Problem } from '../../../shared/result.ts';
import { useKeys } from '../../keys.ts';
import type { PinsAsk } from '../../pieces/document-ask.ts';
import { ProblemNote, problemLine } from '../../pieces/ProblemNote.tsx';
import { PinLayer } from './PinLayer.tsx';
import { PinTools } from './PinTools.tsx';
import { readBlob } from './pdf-source.ts';

const WHOLE = { page: 1, region: null, quote: '' };

/** The picture, its pins, or why there is none. */
export function Picture({ file, title, pins, onShown }: { readonly file: Attachment; readonly title: string; readonly pins: PinsAsk | null; readonly onShown: () => void }) {
  const [shown, setShown] = useState<{ readonly url: string | null; readonly problem: Problem | null }>({ url: null, problem: null });
  const [isDrawn, setDrawn] = useState(false);
  const [isMarking, setMarking] = useState(false);
  const [isOutside, setOutside] = useState(false);
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    let url: string | null = null;
    let isGone = false;
    void readBlob(file.sha256).then((answer) => {
      if (isGone) return;
      if (!answer.ok) return setShown({ url: null, problem: answer.problem });
      url = URL.createObjectURL(new Blob([new Uint8Array(answer.value)], { type: safeMediaType(file.mediaType) }));
      setShown({ url, problem: null });
    });
    return () => {
      isGone = true;
      if (url) URL.revokeObjectURL(url);
    };
  }, [file.sha256, file.mediaType]);
  useEffect(() => {
    if (isDrawn) onShown();
  }, [isDrawn, onShown]);
  const target = pins?.target;
  useEffect(() => {
    if (target && isDrawn) frame.current?.querySelector(`[data-pin="${CSS.escape(target.place)}"]`)?.scrollIntoView({ block: 'center' });
  }, [target, isDrawn]);
  useKeys(pins ? [{ keys: 'p', label: 'Pin to this picture…', group: 'Document', run: () => pins.onPlace(WHOLE) }] : []);
  if (shown.problem) {
    return (
      <div className="pad">
        <ProblemNote problem={shown.problem} isAlert={false} />
      </div>
    );
  }
  return (
    <div className="pdf">
      {pins && (
        <div className="pdf-bar" role="toolbar" aria-label={`${title}: pins`}>
          <PinTools isMarking={isMarking} onMarking={setMarking} onPin={() => pins.onPlace(WHOLE)} />
        </div>
      )}
      {isOutside && <p className="pdf-note amber">▲ {problemLine({ code: 'pin/outside-page', details: { evidence: title, field: 'region', page: 1, pages: 1 } })}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keyboard, so it takes the focus */}
      <section ref={frame} className="pdf-pages pad" tabIndex={0} aria-label={title} data-region="document">
        {shown.url && (
          <div className="picture-frame" data-state={isDrawn ? 'drawn' : 'drawing'}>
            <img className="document-picture" src={shown.url} alt={title} onLoad={() => setDrawn(true)} onError={() => setShown({ url: null, problem: { code: 'document/broken', details: {} } })} />
            {pins && (
              <PinLayer
                marks={pins.marks} page={1} rotation={0} isMarking={isMarking} onOutside={() => setOutside(true)}
                onPlace={(place) => {
                  setOutside(false);
                  setMarking(false);
                  pins.onPlace(place);
                }}
              />
            )}
          </div>
        )}
      </section>
    </div>
  );
}
