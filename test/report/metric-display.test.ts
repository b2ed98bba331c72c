import { describe, expect, it } from 'vitest';
import {
  axisOf,
  measureNamed,
  show,
  showDeviation,
  showDifference,
} from '../../src/report/metric-display.ts';

describe('a measurement', () => {
  it.each([
    ['downstream', 0.5625, '56.3\u00a0%'],
    ['task.genre', 0.4, '40.0\u00a0%'],
    ['rtd_auc', 0.6754, '0.675'],
    ['train_flops', 1.14e13, '1.14e13'],
    ['elapsed_seconds', 186, '3.1\u00a0min'],
    ['peak_memory_bytes', 642084864, '0.64\u00a0GB'],
    ['train_gradient_norm', 0.123456, '0.1235'],
  ])('%s of %d is shown as %s', (name, value, shown) => {
    expect(show(measureNamed(name), value)).toBe(shown);
  });

  it('that is absent is shown as nothing, and never as 0', () => {
    expect(show(measureNamed('downstream'), undefined)).toBe('');
  });

  it('that nobody knows is called by its column', () => {
    expect(measureNamed('train_own_loss').label).toBe('training: own loss');
    expect(measureNamed('constructor').label).toBe('constructor');
  });

  it.each(['policy_loss', 'reward', 'advantage_mean', 'policy_entropy', 'gradient_norm_bert'])(
    'of training that is no loss of a network says what it is: %s',
    (name) => expect(measureNamed(`train_${name}`).label).not.toBe(`training: ${name.replaceAll('_', ' ')}`),
  );

  it('differs in points, with a sign', () => {
    expect(showDifference(measureNamed('downstream'), 0.012)).toBe('+1.2');
    expect(showDifference(measureNamed('rtd_auc'), -0.03)).toBe('−0.030');
  });

  it('that is negative has a minus, and no hyphen', () => {
    expect(show(measureNamed('task.acceptability'), -0.016)).toBe('−1.6\u00a0%');
    expect(show(measureNamed('train_policy_loss'), -0.00001)).toBe('−0.00001');
  });

  it('that is a share spreads in points', () => {
    expect(showDeviation(measureNamed('downstream'), 0.019)).toBe('1.9\u00a0points');
    expect(showDeviation(measureNamed('mlm_loss'), 0.019)).toBe('0.019');
  });

  it('has its unit on the axis, large numbers in powers of ten', () => {
    expect(axisOf(measureNamed('downstream'), 0.6)).toEqual({
      factor: 100,
      title: 'mean downstream score (%)',
    });
    const { factor, title } = axisOf(measureNamed('train_flops'), 2.5e13);
    expect(factor * 2.5e13).toBeCloseTo(2.5);
    expect(title).toBe('executed training FLOPs (10¹³)');
  });
});
