import { useId } from 'react';

import { formatNumber, formatValue, placesOf, textOr } from '../ui/format';
import { useAt, type ComponentProps } from '../ui/page';
import { LongText } from './LongText';

export function MetricCard({ id, pointer }: ComponentProps) {
  const heading = useId();
  const label = textOr(useAt(`${pointer}/label`), id);
  const value = useAt(`${pointer}/value`);
  const places = placesOf(useAt(`${pointer}/places/value`));
  const unit = textOr(useAt(`${pointer}/unit`), '');
  const known = value !== null && value !== undefined;
  return (
    <article className="card h-full p-5" aria-labelledby={heading}>
      <h2 id={heading} className="text-sm text-muted">
        {label}
      </h2>
      <p className="mt-1 text-3xl font-semibold tabular-nums">
        <span data-value>
          {typeof value === 'number' ? (
            formatNumber(value, places)
          ) : (
            <LongText text={formatValue(value, places)} />
          )}
        </span>
        {known && unit !== '' && <span className="ml-1 text-base text-muted">{unit}</span>}
      </p>
    </article>
  );
}
