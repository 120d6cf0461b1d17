// The loss by iteration: of the examples that are learned from, and of those held out.
"use strict";

class Chart {
  constructor(canvas, colours) {
    Object.assign(this, { canvas, colours });
  }

  /** The moments of a training, `[{ iteration, loss, outside }]`, and a mark at that of now. */
  draw(moments, now) {
    const { canvas, colours } = this;
    const { width, height } = canvas;
    if (!width) return;
    const brush = canvas.getContext("2d");
    const unit = window.devicePixelRatio || 1;
    brush.clearRect(0, 0, width, height);
    const losses = moments.flatMap(({ loss, outside }) => [loss, outside]).filter(Number.isFinite);
    if (!losses.length) return;
    const [least, most] = [Math.min(...losses), Math.max(...losses)];
    const inLogs = least > 0 && most / least > 30;
    const scale = inLogs ? Math.log : (x) => x;
    const [low, high] = [inLogs ? scale(least) : Math.min(0, least), scale(most)];
    const end = Math.max(moments.at(-1).iteration, 1);
    const edge = 14 * unit;
    const x = (iteration) => edge / 2 + (iteration / end) * (width - edge);
    const y = (loss) => height - edge - ((scale(loss) - low) / (high - low || 1)) * (height - 2 * edge);
    strokeLine(brush, [[0, height - edge], [width, height - edge]], cssColour(colours.faded, 0.6), unit);
    const curve = (key) => moments.map((moment) => [x(moment.iteration), y(moment[key])]);
    strokeLine(brush, curve("outside"), cssColour(colours.low), 2 * unit, [5 * unit, 3 * unit]);
    strokeLine(brush, curve("loss"), cssColour(colours.high), 2.2 * unit);
    drawSign(brush, "circle", x(now.iteration), y(now.loss), 4 * unit, cssColour(colours.ink), cssColour(colours.sheet));
    brush.font = `${11 * unit}px sans-serif`;
    brush.fillStyle = cssColour(colours.ink);
    brush.textAlign = "left";
    brush.fillText(`${short(Number(most.toPrecision(3)))}${inLogs ? " (in logarithms)" : ""}`, 2 * unit, 11 * unit);
    const bottom = inLogs ? least : Math.min(0, least);
    brush.fillText(short(Number(bottom.toPrecision(3))), 2 * unit, height - edge - 3 * unit);
    brush.textAlign = "right";
    brush.fillText(`iteration ${moments.at(-1).iteration}`, width - 2 * unit, height - 2 * unit);
  }
}
