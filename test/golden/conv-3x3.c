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
  const long v24 = 6L;
  const long v52 = 32L;
  const long v54 = 192L;
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
          const f32x8 v25 = held_f32x8((const float *)v22 + 0);
          const long v26 = v10 + v21;
          const f32x8 v27 = splat_f32x8(((const float *)v26)[0]);
          const f32x8 v28 = fma_f32x8(v27, v25, v16);
          v16 = v28;
          const f32x8 v29 = splat_f32x8(((const float *)v26)[2]);
          const f32x8 v30 = fma_f32x8(v29, v25, v17);
          v17 = v30;
          const f32x8 v31 = held_f32x8((const float *)v22 + 8);
          const f32x8 v32 = splat_f32x8(((const float *)v26)[1]);
          const f32x8 v33 = fma_f32x8(v32, v31, v16);
          v16 = v33;
          const f32x8 v34 = splat_f32x8(((const float *)v26)[3]);
          const f32x8 v35 = fma_f32x8(v34, v31, v17);
          v17 = v35;
          const f32x8 v36 = held_f32x8((const float *)v22 + 16);
          const f32x8 v37 = fma_f32x8(v29, v36, v16);
          v16 = v37;
          const f32x8 v38 = splat_f32x8(((const float *)v26)[4]);
          const f32x8 v39 = fma_f32x8(v38, v36, v17);
          v17 = v39;
          const f32x8 v40 = held_f32x8((const float *)v22 + 24);
          const f32x8 v41 = fma_f32x8(v34, v40, v16);
          v16 = v41;
          const f32x8 v42 = splat_f32x8(((const float *)v26)[5]);
          const f32x8 v43 = fma_f32x8(v42, v40, v17);
          v17 = v43;
          const f32x8 v44 = held_f32x8((const float *)v22 + 32);
          const f32x8 v45 = fma_f32x8(v38, v44, v16);
          v16 = v45;
          const f32x8 v46 = splat_f32x8(((const float *)v26)[6]);
          const f32x8 v47 = fma_f32x8(v46, v44, v17);
          v17 = v47;
          const f32x8 v48 = held_f32x8((const float *)v22 + 40);
          const f32x8 v49 = fma_f32x8(v42, v48, v16);
          v16 = v49;
          const f32x8 v50 = splat_f32x8(((const float *)v26)[7]);
          const f32x8 v51 = fma_f32x8(v50, v48, v17);
          v17 = v51;
          const long v53 = v21 + v52;
          v21 = v53;
          const long v55 = v22 + v54;
          v22 = v55;
        }
        const long v56 = v7 * v18;
        const long v57 = v56 + v19;
        store_f32x8(b2 + v57, v16);
        const long v58 = v11 * v18;
        const long v59 = v58 + v19;
        store_f32x8(b2 + v59, v17);
      }
    }
  }
}
