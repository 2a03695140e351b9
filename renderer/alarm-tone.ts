/** The sound of an alarm: three short tones made on the spot (no file, nothing to fetch). Must never throw: a laptop without sound still shows the words. */
let context: AudioContext | null = null;
const BEEPS = 3;
const BEEP_S = 0.16;
const GAP_S = 0.1;

/** Plays the tone once. Browsers allow it after the first key or click in the page, which unlocking has been. */
export async function playTone(): Promise<void> {
  try {
    context ??= new AudioContext();
    if (context.state === 'suspended') await context.resume();
    for (let n = 0; n < BEEPS; n += 1) {
      const from = context.currentTime + n * (BEEP_S + GAP_S);
      const [tone, loudness] = [context.createOscillator(), context.createGain()];
      tone.frequency.value = n === BEEPS - 1 ? 660 : 880;
      // Ramps instead of steps: no clicks.
      loudness.gain.setValueAtTime(0, from);
      loudness.gain.linearRampToValueAtTime(0.25, from + 0.02);
      loudness.gain.linearRampToValueAtTime(0, from + BEEP_S);
      tone.connect(loudness).connect(context.destination);
      tone.start(from);
      tone.stop(from + BEEP_S);
    }
  } catch {
    // No audio device, or not allowed yet: the words are on the screen.
  }
}
