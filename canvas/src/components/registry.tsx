// What the page can draw. A type that is not here shows a placeholder that says so.

import type { ComponentType } from 'react';

import type { ComponentProps } from '../ui/page';
import { useAt } from '../ui/page';
import { textOr } from '../ui/format';
import { AlertTable } from './AlertTable';
import { Choice } from './Choice';
import { LineChart } from './LineChart';
import { MetricCard } from './MetricCard';
import { Proposal } from './Proposal';
import { SettingsForm } from './SettingsForm';
import { ToastNotification } from './ToastNotification';

interface Entry {
  draw: ComponentType<ComponentProps>;
  span: 'third' | 'half' | 'wide'; // of the screen's width, where there is room
  saysWhy?: true; // draws its own `error`
}

export const registry: Record<string, Entry> = {
  AlertTable: { draw: AlertTable, span: 'wide', saysWhy: true },
  MetricCard: { draw: MetricCard, span: 'third' },
  LineChart: { draw: LineChart, span: 'half' },
  Choice: { draw: Choice, span: 'wide' },
  Proposal: { draw: Proposal, span: 'wide' },
  SettingsForm: { draw: SettingsForm, span: 'wide' },
  ToastNotification: { draw: ToastNotification, span: 'wide' },
};

export function Unknown({ id, pointer }: ComponentProps) {
  const type = textOr(useAt(`${pointer}/type`), 'no type');
  return (
    <div className="card border-dashed p-5 text-muted" data-unknown-type={type}>
      This page cannot draw “{id}”: it does not know the component type “{type}”.
    </div>
  );
}
