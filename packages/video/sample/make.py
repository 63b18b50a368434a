"""Makes talk.mp4 and talk.vtt of talk.txt: espeak-ng reads each sentence, ffmpeg draws a slide for each heading."""

import subprocess
import tempfile
import textwrap
import wave
from pathlib import Path

here = Path(__file__).parent
work = Path(tempfile.mkdtemp())
GAP, PAUSE = 0.35, 1.8
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"
COLOURS = ["1d2b3a", "3a1d2f", "1d3a30", "3a331d", "2a1d3a", "1d343a", "3a241d", "263a1d", "1d223a"]
clock, cues, slides, wavs = 0.0, [], [], []
rate = None


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-y", "-loglevel", "error", *map(str, arguments)], check=True)


def stamp(seconds):
    return f"{int(seconds // 3600):02}:{int(seconds // 60) % 60:02}:{seconds % 60:06.3f}"


def silence(seconds):
    global clock
    frames = int(seconds * rate)
    path = work / f"s{len(wavs):03}.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(b"\0\0" * frames)
    wavs.append(path)
    clock += frames / rate


for line in (here / "talk.txt").read_text().splitlines():
    if line.startswith("# "):
        if slides:
            silence(PAUSE - GAP)
        slides.append((clock, line[2:]))
        continue
    path = work / f"v{len(wavs):03}.wav"
    subprocess.run(["espeak-ng", "-v", "en-gb", "-s", "165", "-w", path, line], check=True)
    with wave.open(str(path)) as voice:
        rate = voice.getframerate()
        length = voice.getnframes() / rate
    wavs.append(path)
    parts = textwrap.wrap(line, 80)
    at = clock
    for part in parts:
        end = at + length * len(part) / sum(map(len, parts))
        cues.append((at, end, part))
        at = end
    clock += length
    silence(GAP)

blocks = [f"{n}\n{stamp(start)} --> {stamp(end)}\n{text}\n" for n, (start, end, text) in enumerate(cues, 1)]
(here / "talk.vtt").write_text("\n".join(["WEBVTT\n", *blocks]))

frames = []
for n, (start, title) in enumerate(slides):
    end = slides[n + 1][0] if n + 1 < len(slides) else clock
    image = work / f"slide{n}.png"
    ffmpeg(
        *("-f", "lavfi", "-i", f"color=0x{COLOURS[n % len(COLOURS)]}:s=1280x720:d=1", "-frames:v", 1, "-vf"),
        "drawbox=x=80:y=80:w=1120:h=560:color=white@0.08:t=fill,"
        f"drawtext=fontfile={FONT}:text='{title}':fontsize=60:fontcolor=white:x=(w-tw)/2:y=(h-th)/2,"
        f"drawtext=fontfile={FONT}:text='{n + 1} / {len(slides)}':fontsize=28:fontcolor=white@0.6:x=w-tw-110:y=590",
        image,
    )
    frames.append(f"file '{image}'\nduration {end - start:.3f}\n")
# The concat demuxer wants the last picture named once more.
(work / "slides.txt").write_text("".join(frames) + frames[-1].split("\n")[0] + "\n")
(work / "voice.txt").write_text("".join(f"file '{path}'\n" for path in wavs))
ffmpeg(
    *("-f", "concat", "-safe", 0, "-i", work / "slides.txt"),
    *("-f", "concat", "-safe", 0, "-i", work / "voice.txt"),
    *("-vf", "fps=10,format=yuv420p", "-c:v", "libx264", "-preset", "slow", "-crf", 30, "-g", 100),
    *("-tune", "stillimage", "-c:a", "aac", "-b:a", "48k", "-ar", 44100, "-ac", 1),
    *("-t", f"{clock:.3f}", "-movflags", "+faststart", here / "talk.mp4"),
)
print(f"{clock:.1f} s, {len(cues)} cues, {(here / 'talk.mp4').stat().st_size} bytes")
