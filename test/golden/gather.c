void kernel0(char *const *args, const int *symbols, long lo, long hi) {
  const int *b0 = (const int *)args[0];
  const float *b1 = (const float *)args[1];
  float *b2 = (float *)args[2];
  const long v0 = lo;
  const long v1 = hi;
  const long v3 = 3L;
  const long v8 = 0L;
  const long v9 = 12L;
  const float v11 = 0.0f;
  const long v15 = 7L;
  for (long v2 = v0; v2 < v1; v2 += 1) {
    const long v4 = v2 * v3;
    const long v5 = v4 + v3;
    const long v6 = min_ix(v5, v3);
    for (long v7 = v4; v7 < v6; v7 += 1) {
      const int v12 = b0[v7];
      const long v13 = (long)v12;
      const long v22 = v7 * v9;
      for (long v10 = v8; v10 < v9; v10 += 1) {
        const int v14 = -(v8 <= v13);
        const int v16 = -(v13 < v15);
        const int v17 = v14 & v16;
        float v18 = v11;
        if (v17) {
          const long v19 = v13 * v9;
          const long v20 = v10 + v19;
          const float v21 = b1[v20];
          v18 = v21;
        }
        const long v23 = v22 + v10;
        b2[v23] = v18;
      }
    }
  }
}
