void kernel0(char *const *args, const int *symbols, long lo, long hi) {
  const float *b0 = (const float *)args[0];
  float *b1 = (float *)args[1];
  const long v0 = lo;
  const long v1 = hi;
  const long v3 = 2L;
  const long v8 = 0L;
  const long v10 = 8L;
  const i32x8 v12 = splat_i32x8(-8388608);
  const long v17 = 64L;
  const long v19 = 16L;
  const long v23 = 32L;
  for (long v2 = v0; v2 < v1; v2 += 1) {
    const long v4 = v2 * v3;
    const long v5 = v4 + v3;
    const long v6 = min_ix(v5, v3);
    for (long v7 = v4; v7 < v6; v7 += 1) {
      const long v18 = v7 * v17;
      const long v30 = v7 * v19;
      for (long v9 = v8; v9 < v3; v9 += 1) {
        const long v20 = v9 * v19;
        const long v21 = v18 + v20;
        const long v31 = v9 * v10;
        const long v32 = v30 + v31;
        for (long v11 = v8; v11 < v10; v11 += 8) {
          const f32x8 v13 = fromBits_i32x8(v12);
          f32x8 v14 = v13;
          const long v22 = v21 + v11;
          for (long v15 = v8; v15 < v3; v15 += 1) {
            const long v24 = v15 * v23;
            const long v25 = v22 + v24;
            for (long v16 = v8; v16 < v3; v16 += 1) {
              const long v26 = v16 * v10;
              const long v27 = v25 + v26;
              const f32x8 v28 = load_f32x8(b0 + v27);
              const f32x8 v29 = max_f32x8(v14, v28);
              v14 = v29;
            }
          }
          const long v33 = v32 + v11;
          store_f32x8(b1 + v33, v14);
        }
      }
    }
  }
}
