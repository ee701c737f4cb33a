// Keras's update rules for one weight, in plain float64 arithmetic, written as Keras 3's sources have them: one
// statement after another, so that they look different from src/nn. nn-optimizers.test.ts compares.

/** One step of one weight: its new value. What it remembers it keeps in `memory`, which begins empty. */
export type Plain = (w: number, g: number, memory: Record<string, number>, t: number, rate: number) => number;

export const plainSgd =
  (momentum = 0, nesterov = false): Plain =>
  (w, g, memory, _, rate) => {
    if (momentum === 0) return w - g * rate;
    memory['velocity'] = (memory['velocity'] ?? 0) * momentum - g * rate;
    return nesterov ? w + memory['velocity'] * momentum - g * rate : w + memory['velocity'];
  };

export const plainLion =
  (beta1 = 0.9, beta2 = 0.99): Plain =>
  (w, g, memory, _, rate) => {
    const m = memory['m'] ?? 0;
    memory['m'] = m * beta2 + g * (1 - beta2);
    return w - rate * Math.sign(m * beta1 + g * (1 - beta1));
  };

export const plainRmsprop =
  (rho = 0.9, momentum = 0, centered = false): Plain =>
  (w, g, memory, _, rate) => {
    const v = (memory['v'] = rho * (memory['v'] ?? 0) + (1 - rho) * g * g);
    if (centered) memory['a'] = rho * (memory['a'] ?? 0) + (1 - rho) * g;
    const increment = (rate * g) / Math.sqrt(v - (memory['a'] ?? 0) ** 2 + 1e-7);
    if (momentum === 0) return w - increment;
    memory['u'] = momentum * (memory['u'] ?? 0) + increment;
    return w - memory['u'];
  };

export const plainAdagrad =
  (initial = 0.1): Plain =>
  (w, g, memory, _, rate) => {
    const s = (memory['s'] = (memory['s'] ?? initial) + g * g);
    return w - (rate * g) / Math.sqrt(s + 1e-7);
  };

export const plainAdadelta =
  (rho = 0.95): Plain =>
  (w, g, memory, _, rate) => {
    const v = (memory['v'] = rho * (memory['v'] ?? 0) + (1 - rho) * g * g);
    const delta = (-Math.sqrt((memory['u'] ?? 0) + 1e-7) * g) / Math.sqrt(v + 1e-7);
    memory['u'] = rho * (memory['u'] ?? 0) + (1 - rho) * delta * delta;
    return w + rate * delta;
  };

export const plainAdam =
  (beta1 = 0.9, beta2 = 0.999, amsgrad = false): Plain =>
  (w, g, memory, t, rate) => {
    const alpha = (rate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
    const m = (memory['m'] = (memory['m'] ?? 0) + (g - (memory['m'] ?? 0)) * (1 - beta1));
    const v = (memory['v'] = (memory['v'] ?? 0) + (g * g - (memory['v'] ?? 0)) * (1 - beta2));
    if (amsgrad) memory['most'] = Math.max(memory['most'] ?? 0, v);
    return w - (m * alpha) / (Math.sqrt(memory['most'] ?? v) + 1e-7);
  };

export const plainAdamax =
  (beta1 = 0.9, beta2 = 0.999): Plain =>
  (w, g, memory, t, rate) => {
    const m = (memory['m'] = (memory['m'] ?? 0) + (g - (memory['m'] ?? 0)) * (1 - beta1));
    const u = (memory['u'] = Math.max(beta2 * (memory['u'] ?? 0), Math.abs(g)));
    return w - (rate * m) / ((1 - beta1 ** t) * (u + 1e-7));
  };

export const plainNadam =
  (beta1 = 0.9, beta2 = 0.999): Plain =>
  (w, g, memory, t, rate) => {
    const mu = (i: number): number => beta1 * (1 - 0.5 * 0.96 ** i);
    // Keras carries this product from step to step; src/nn works it out from t.
    let product = 1;
    for (let i = 1; i <= t; i++) product *= mu(i);
    const m = (memory['m'] = (memory['m'] ?? 0) + (g - (memory['m'] ?? 0)) * (1 - beta1));
    const v = (memory['v'] = (memory['v'] ?? 0) + (g * g - (memory['v'] ?? 0)) * (1 - beta2));
    const ahead = (mu(t + 1) * m) / (1 - product * mu(t + 1)) + ((1 - mu(t)) * g) / (1 - product);
    return w - (ahead * rate) / (Math.sqrt(v / (1 - beta2 ** t)) + 1e-7);
  };

/** A rule whose weights lose a share of themselves before each step. */
export const plainDecay =
  (decay: number, rule: Plain): Plain =>
  (w, g, memory, t, rate) =>
    rule(w - w * decay * rate, g, memory, t, rate);
