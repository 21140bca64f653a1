// One line over time, drawn as SVG, with the same facts as a sentence and as a table.

import { useId, useLayoutEffect, useMemo, useRef, useState } from 'react';

import { formatValue, textOr } from '../ui/format';
import { useAt, type ComponentProps } from '../ui/page';
import { layout, notDrawn, readPoints, summarize } from './chart';

const HEIGHT = 200;

export function LineChart({ id, pointer }: ComponentProps) {
  const heading = useId();
  const title = textOr(useAt(`${pointer}/title`), id);
  const unit = textOr(useAt(`${pointer}/unit`), '');
  const given = useAt(`${pointer}/points`);
  const points = useMemo(() => readPoints(given), [given]);
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(480);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      const seen = Math.round(entry!.contentRect.width);
      if (seen > 0) setWidth(seen);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const chart = useMemo(() => layout(points, width, HEIGHT), [points, width]);
  const missing = useMemo(() => notDrawn(points), [points]);
  const summary = summarize(title, points, unit);
  return (
    <article className="card h-full p-5" aria-labelledby={heading}>
      <h2 id={heading} className="font-semibold">
        {title}
        {unit !== '' && <span className="ml-1 text-sm font-normal text-muted">({unit})</span>}
      </h2>
      <div ref={box} className="mt-3">
        <svg
          role="img"
          aria-label={summary}
          width="100%"
          height={HEIGHT}
          viewBox={`0 0 ${width} ${HEIGHT}`}
          className="chart"
        >
          {chart.yTicks.map(({ at, label }, index) => (
            <g key={index}>
              <line className="grid-line" x1={chart.left} x2={chart.right} y1={at} y2={at} />
              <text x={chart.left - 8} y={at} dy="0.32em" textAnchor="end">
                {label}
              </text>
            </g>
          ))}
          {chart.xTicks.map(({ at, label }, index) => (
            <text key={index} x={at} y={HEIGHT - 6} textAnchor={at < chart.right ? 'middle' : 'end'}>
              {label}
            </text>
          ))}
          <path className="line" d={chart.path} />
          {chart.dots.map(({ x, y }, index) => (
            <circle key={index} className="dot" cx={x} cy={y} r={2.5} />
          ))}
        </svg>
      </div>
      {missing !== '' && (
        <p className="mt-2 text-sm text-muted" data-not-drawn>
          {missing}
        </p>
      )}
      {points.length === 0 && <p className="text-center text-muted">No points.</p>}
      {points.length > 0 && (
        <details className="mt-2 text-sm">
          <summary>Show as a table</summary>
          <div
            className="scroller max-h-48"
            tabIndex={0}
            role="group"
            aria-label={`${title}, as a table`}
          >
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">x</th>
                  <th scope="col">{unit === '' ? 'y' : `y (${unit})`}</th>
                </tr>
              </thead>
              <tbody>
                {points.map((point, index) => (
                  <tr key={index} data-point>
                    <th scope="row">{formatValue(point.label)}</th>
                    <td className="tabular-nums">{point.shown}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </article>
  );
}
