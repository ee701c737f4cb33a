void kernel0(char *const *args, const int *symbols, long lo, long hi) {
  float *b0 = (float *)args[0];
  const float *b1 = (const float *)args[1];
  float *b2 = (float *)args[2];
  float *b3 = (float *)args[3];
  const long v0 = lo;
  const long v1 = hi;
  const long v3 = 16L;
  const long v8 = 0L;
  const long v10 = 8L;
  const float v15 = 0.8999999761581421f;
  const f32x8 v16 = splat_f32x8(0.8999999761581421f);
  const float v19 = 0.10000000149011612f;
  const f32x8 v20 = splat_f32x8(0.10000000149011612f);
  const float v24 = 0.9900000095367432f;
  const f32x8 v25 = splat_f32x8(0.9900000095367432f);
  const float v30 = 0.009999999776482582f;
  const f32x8 v31 = splat_f32x8(0.009999999776482582f);
  const float v36 = 1.0000000116860974e-7f;
  const f32x8 v37 = splat_f32x8(1.0000000116860974e-7f);
  const float v40 = 0.0010000000474974513f;
  const f32x8 v41 = splat_f32x8(0.0010000000474974513f);
  for (long v2 = v0; v2 < v1; v2 += 1) {
    const long v4 = v2 * v3;
    const long v5 = v4 + v3;
    const long v6 = min_ix(v5, v3);
    const long v7 = v6 - v4;
    const long v9 = max_ix(v7, v8);
    const long v11 = v9 % v10;
    const long v12 = v6 - v11;
    for (long v13 = v4; v13 < v12; v13 += 8) {
      const f32x8 v14 = load_f32x8(b0 + v13);
      const f32x8 v17 = v14 * v16;
      const f32x8 v18 = load_f32x8(b1 + v13);
      const f32x8 v21 = v18 * v20;
      const f32x8 v22 = v17 + v21;
      const f32x8 v23 = load_f32x8(b2 + v13);
      const f32x8 v26 = v23 * v25;
      const f32x8 v27 = load_f32x8(b1 + v13);
      const f32x8 v28 = load_f32x8(b1 + v13);
      const f32x8 v29 = v27 * v28;
      const f32x8 v32 = v29 * v31;
      const f32x8 v33 = v26 + v32;
      const f32x8 v34 = load_f32x8(b3 + v13);
      const f32x8 v35 = sqrt_f32x8(v33);
      const f32x8 v38 = v35 + v37;
      const f32x8 v39 = v22 / v38;
      const f32x8 v42 = v39 * v41;
      const f32x8 v43 = v34 - v42;
      store_f32x8(b0 + v13, v22);
      store_f32x8(b2 + v13, v33);
      store_f32x8(b3 + v13, v43);
    }
    for (long v44 = v12; v44 < v6; v44 += 1) {
      const float v45 = b0[v44];
      const float v46 = v45 * v15;
      const float v47 = b1[v44];
      const float v48 = v47 * v19;
      const float v49 = v46 + v48;
      const float v50 = b2[v44];
      const float v51 = v50 * v24;
      const float v52 = b1[v44];
      const float v53 = b1[v44];
      const float v54 = v52 * v53;
      const float v55 = v54 * v30;
      const float v56 = v51 + v55;
      const float v57 = b3[v44];
      const float v58 = sqrt_f32(v56);
      const float v59 = v58 + v36;
      const float v60 = v49 / v59;
      const float v61 = v60 * v40;
      const float v62 = v57 - v61;
      b0[v44] = v49;
      b2[v44] = v56;
      b3[v44] = v62;
    }
  }
}
