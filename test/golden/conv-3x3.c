void kernel0(char *const *args, const int *symbols, long lo, long hi) {
  const float *b0 = (const float *)args[0];
  const float *b1 = (const float *)args[1];
  float *b2 = (float *)args[2];
  const long v0 = lo;
  const long v1 = hi;
  const long v3 = 0L;
  const long v4 = 1L;
  const long v5 = 2L;
  const long v6 = 3L;
  const f32x8 v15 = splat_f32x8(0.0f);
  const long v18 = 8L;
  const long v36 = 4L;
  const long v38 = 32L;
  const long v41 = 64L;
  const long v44 = 192L;
  for (long v2 = v0; v2 < v1; v2 += 1) {
    for (long v7 = v3; v7 < v5; v7 += 2) {
      const long v8 = v5 - v4;
      const long v9 = v7 * v5;
      const long v10 = (long)(b0 + v9);
      const long v11 = v7 + v4;
      const long v12 = v11 * v5;
      const long v13 = (long)(b0 + v12);
      for (long v14 = v3; v14 < v4; v14 += 1) {
        f32x8 v16 = v15;
        f32x8 v17 = v15;
        const long v19 = v14 * v18;
        const long v20 = (long)(b1 + v19);
        long v21 = v3;
        long v22 = v20;
        for (long v23 = v3; v23 < v6; v23 += 1) {
          long v24 = v21;
          long v25 = v22;
          for (long v26 = v3; v26 < v6; v26 += 1) {
            long v27 = v24;
            long v28 = v25;
            for (long v29 = v3; v29 < v5; v29 += 1) {
              const f32x8 v30 = load_f32x8((const float *)v28 + 0);
              const long v31 = v10 + v27;
              const f32x8 v32 = splat_f32x8(((const float *)v31)[0]);
              const f32x8 v33 = fma_f32x8(v32, v30, v16);
              v16 = v33;
              const f32x8 v34 = splat_f32x8(((const float *)v31)[2]);
              const f32x8 v35 = fma_f32x8(v34, v30, v17);
              v17 = v35;
              const long v37 = v27 + v36;
              v27 = v37;
              const long v39 = v28 + v38;
              v28 = v39;
            }
            const long v40 = v24 + v18;
            v24 = v40;
            const long v42 = v25 + v41;
            v25 = v42;
          }
          const long v43 = v21 + v38;
          v21 = v43;
          const long v45 = v22 + v44;
          v22 = v45;
        }
        const long v46 = v7 * v18;
        const long v47 = v46 + v19;
        store_f32x8(b2 + v47, v16);
        const long v48 = v11 * v18;
        const long v49 = v48 + v19;
        store_f32x8(b2 + v49, v17);
      }
    }
  }
}
