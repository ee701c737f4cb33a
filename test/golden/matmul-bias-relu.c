void kernel0(char *const *args, const int *symbols, long lo, long hi) {
  const float *b0 = (const float *)args[0];
  const float *b1 = (const float *)args[1];
  const float *b2 = (const float *)args[2];
  float *b3 = (float *)args[3];
  const long v0 = lo;
  const long v1 = hi;
  const long v3 = 0L;
  const long v4 = 1L;
  const long v5 = 3L;
  const long v6 = 5L;
  const long v14 = 2L;
  const f32x8 v19 = splat_f32x8(0.0f);
  const long v23 = 8L;
  const long v37 = 4L;
  const long v39 = 32L;
  for (long v2 = v0; v2 < v1; v2 += 1) {
    for (long v7 = v3; v7 < v5; v7 += 3) {
      const long v8 = v5 - v4;
      const long v9 = v7 * v6;
      const long v10 = (long)(b0 + v9);
      const long v11 = v7 + v4;
      const long v12 = v11 * v6;
      const long v13 = (long)(b0 + v12);
      const long v15 = v7 + v14;
      const long v16 = v15 * v6;
      const long v17 = (long)(b0 + v16);
      for (long v18 = v3; v18 < v4; v18 += 1) {
        f32x8 v20 = v19;
        f32x8 v21 = v19;
        f32x8 v22 = v19;
        const long v24 = v18 * v23;
        const long v25 = (long)(b1 + v24);
        long v26 = v3;
        long v27 = v25;
        for (long v28 = v3; v28 < v6; v28 += 1) {
          const f32x8 v29 = load_f32x8((const float *)v27 + 0);
          const long v30 = v10 + v26;
          const f32x8 v31 = splat_f32x8(((const float *)v30)[0]);
          const f32x8 v32 = fma_f32x8(v31, v29, v20);
          v20 = v32;
          const f32x8 v33 = splat_f32x8(((const float *)v30)[5]);
          const f32x8 v34 = fma_f32x8(v33, v29, v21);
          v21 = v34;
          const f32x8 v35 = splat_f32x8(((const float *)v30)[10]);
          const f32x8 v36 = fma_f32x8(v35, v29, v22);
          v22 = v36;
          const long v38 = v26 + v37;
          v26 = v38;
          const long v40 = v27 + v39;
          v27 = v40;
        }
        const long v45 = v7 * v23;
        const f32x8 v41 = load_f32x8(b2 + v24);
        const f32x8 v42 = v20 + v41;
        const i32x8 v43 = (i32x8)(v42 < v19);
        const f32x8 v44 = select_f32x8(v43, v19, v42);
        const long v46 = v45 + v24;
        store_f32x8(b3 + v46, v44);
        const long v51 = v11 * v23;
        const f32x8 v47 = load_f32x8(b2 + v24);
        const f32x8 v48 = v21 + v47;
        const i32x8 v49 = (i32x8)(v48 < v19);
        const f32x8 v50 = select_f32x8(v49, v19, v48);
        const long v52 = v51 + v24;
        store_f32x8(b3 + v52, v50);
        const long v57 = v15 * v23;
        const f32x8 v53 = load_f32x8(b2 + v24);
        const f32x8 v54 = v22 + v53;
        const i32x8 v55 = (i32x8)(v54 < v19);
        const f32x8 v56 = select_f32x8(v55, v19, v54);
        const long v58 = v57 + v24;
        store_f32x8(b3 + v58, v56);
      }
    }
  }
}
