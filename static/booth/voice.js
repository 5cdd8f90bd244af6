// Reads the screen aloud, in the language in which each part is written, where the browser has a voice for it.

const READ = "h2, h3, legend, p, label .t, li .t, .won, .d, .answer, .rank-badge, output";
const SPEED = 0.9;

const voices = () => globalThis.speechSynthesis?.getVoices() ?? [];
const voiceFor = (language) => voices().find((voice) => voice.lang.toLowerCase().startsWith(language));

/** Whether there is a voice for the page's language. */
export const canSpeak = () => Boolean(voiceFor(document.documentElement.lang));

/** Stop at once. */
export const hush = () => globalThis.speechSynthesis?.cancel();

/** What is read of a screen: texts with their languages, from top to bottom, nothing twice, nothing hidden. */
const partsOf = (screen) => {
  const taken = [];
  return [...screen.querySelectorAll(READ)]
    .filter((part) => {
      if (!part.checkVisibility() || taken.some((other) => other.contains(part))) return false;
      taken.push(part);
      return part.textContent.trim() !== "";
    })
    .map((part) => ({
      text: part.textContent.replace(/\s+/g, " ").trim(),
      language: part.closest("[lang]").lang.slice(0, 2),
    }));
};

/** Read a screen from its beginning; ``done()`` is called when nothing is left. */
export const speak = (screen, done) => {
  hush();
  const parts = partsOf(screen);
  parts.forEach(({ text, language }, index) => {
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = language === "ko" ? "ko-KR" : "en-GB";
    utterance.voice = voiceFor(language) ?? null;
    utterance.rate = SPEED;
    if (index === parts.length - 1) utterance.addEventListener("end", done);
    globalThis.speechSynthesis.speak(utterance);
  });
};
