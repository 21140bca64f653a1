import { Component, useEffect, useRef, type ReactNode } from 'react';

import { useAt } from './page';

interface Props {
  pointer: string;
  name: string;
  children: ReactNode;
}

// Keeps one component's failure to that component, until its part of the view changes.
export class ErrorBoundary extends Component<Props, { error: Error | null }> {
  override state = { error: null as Error | null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    const { pointer, name, children } = this.props;
    if (!error) return children;
    const retry = () => this.setState({ error: null });
    return <Broken pointer={pointer} name={name} message={error.message} retry={retry} />;
  }
}

interface BrokenProps {
  pointer: string;
  name: string;
  message: string;
  retry: () => void;
}

function Broken({ pointer, name, message, retry }: BrokenProps) {
  const value = useAt(pointer);
  const failed = useRef(value);
  useEffect(() => {
    if (value !== failed.current) retry();
  }, [value, retry]);
  return (
    <div className="card p-5" role="alert">
      <p className="font-medium">“{name}” could not be drawn.</p>
      <p className="mt-1 text-sm text-muted">{message}</p>
      <button type="button" className="button mt-3" onClick={retry}>
        Try again
      </button>
    </div>
  );
}
