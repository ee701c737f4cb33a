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
  const float v28 = 0.009999999776482582f;
  const f32x8 v29 = splat_f32x8(0.009999999776482582f);
  const float v34 = 1.0000000116860974e-7f;
  const f32x8 v35 = splat_f32x8(1.0000000116860974e-7f);
  const float v38 = 0.0010000000474974513f;
  const f32x8 v39 = splat_f32x8(0.0010000000474974513f);
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
      const f32x8 v27 = v18 * v18;
      const f32x8 v30 = v27 * v29;
      const f32x8 v31 = v26 + v30;
      const f32x8 v32 = load_f32x8(b3 + v13);
      const f32x8 v33 = sqrt_f32x8(v31);
      const f32x8 v36 = v33 + v35;
      const f32x8 v37 = v22 / v36;
      const f32x8 v40 = v37 * v39;
      const f32x8 v41 = v32 - v40;
      store_f32x8(b0 + v13, v22);
      store_f32x8(b2 + v13, v31);
      store_f32x8(b3 + v13, v41);
    }
    for (long v42 = v12; v42 < v6; v42 += 1) {
      const float v43 = b0[v42];
      const float v44 = v43 * v15;
      const float v45 = b1[v42];
      const float v46 = v45 * v19;
      const float v47 = v44 + v46;
      const float v48 = b2[v42];
      const float v49 = v48 * v24;
      const float v50 = v45 * v45;
      const float v51 = v50 * v28;
      const float v52 = v49 + v51;
      const float v53 = b3[v42];
      const float v54 = sqrt_f32(v52);
      const float v55 = v54 + v34;
      const float v56 = v47 / v55;
      const float v57 = v56 * v38;
      const float v58 = v53 - v57;
      b0[v42] = v47;
      b2[v42] = v52;
      b3[v42] = v58;
    }
  }
}
