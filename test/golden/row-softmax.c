void kernel0(char *const *args, const int *symbols, long lo, long hi) {
  const float *b0 = (const float *)args[0];
  float *b1 = (float *)args[1];
  const long v0 = lo;
  const long v1 = hi;
  const long v3 = 2L;
  const i32x8 v8 = splat_i32x8(-8388608);
  const int v11 = -8388608;
  const long v14 = 8L;
  const long v15 = 0L;
  for (long v2 = v0; v2 < v1; v2 += 1) {
    const long v4 = v2 * v3;
    const long v5 = v4 + v3;
    const long v6 = min_ix(v5, v3);
    for (long v7 = v4; v7 < v6; v7 += 1) {
      const f32x8 v9 = fromBits_i32x8(v8);
      f32x8 v10 = v9;
      const float v12 = fromBits_i32(v11);
      float v13 = v12;
      const long v17 = v7 * v14;
      for (long v16 = v15; v16 < v14; v16 += 8) {
        const long v18 = v17 + v16;
        const f32x8 v19 = load_f32x8(b0 + v18);
        const f32x8 v20 = max_f32x8(v10, v19);
        v10 = v20;
      }
      const float v21 = v10[0];
      const float v22 = v10[1];
      const float v23 = v10[2];
      const float v24 = v10[3];
      const float v25 = v10[4];
      const float v26 = v10[5];
      const float v27 = v10[6];
      const float v28 = v10[7];
      const float v29 = max_f32(v13, v21);
      const float v30 = max_f32(v29, v22);
      const float v31 = max_f32(v30, v23);
      const float v32 = max_f32(v31, v24);
      const float v33 = max_f32(v32, v25);
      const float v34 = max_f32(v33, v26);
      const float v35 = max_f32(v34, v27);
      const float v36 = max_f32(v35, v28);
      b1[v7] = v36;
    }
  }
}

void kernel1(char *const *args, const int *symbols, long lo, long hi) {
  const float *b0 = (const float *)args[0];
  const float *b1 = (const float *)args[1];
  float *b2 = (float *)args[2];
  const long v0 = lo;
  const long v1 = hi;
  const long v3 = 2L;
  const long v8 = 0L;
  const long v9 = 8L;
  const f32x8 v17 = splat_f32x8((-104.0f));
  const f32x8 v20 = splat_f32x8(89.0f);
  const f32x8 v23 = splat_f32x8(1.4426950216293335f);
  const f32x8 v25 = splat_f32x8(12582912.0f);
  const f32x8 v28 = splat_f32x8(0.693145751953125f);
  const f32x8 v31 = splat_f32x8(0.000001428606765330187f);
  const f32x8 v34 = splat_f32x8(0.0013821012107655406f);
  const f32x8 v36 = splat_f32x8(0.00836867280304432f);
  const f32x8 v39 = splat_f32x8(0.04166826233267784f);
  const f32x8 v42 = splat_f32x8(0.1666652113199234f);
  const f32x8 v45 = splat_f32x8(0.4999999403953552f);
  const f32x8 v48 = splat_f32x8(1.0f);
  const i32x8 v53 = splat_i32x8(1);
  const i32x8 v55 = splat_i32x8(23);
  const i32x8 v57 = splat_i32x8(1065353216);
  for (long v2 = v0; v2 < v1; v2 += 1) {
    const long v4 = v2 * v3;
    const long v5 = v4 + v3;
    const long v6 = min_ix(v5, v3);
    for (long v7 = v4; v7 < v6; v7 += 1) {
      const long v11 = v7 * v9;
      const float v14 = b1[v7];
      for (long v10 = v8; v10 < v9; v10 += 8) {
        const long v12 = v11 + v10;
        const f32x8 v13 = load_f32x8(b0 + v12);
        const f32x8 v15 = splat_f32x8(v14);
        const f32x8 v16 = v13 - v15;
        const i32x8 v18 = (i32x8)(v16 < v17);
        const f32x8 v19 = select_f32x8(v18, v17, v16);
        const i32x8 v21 = (i32x8)(v20 < v19);
        const f32x8 v22 = select_f32x8(v21, v20, v19);
        const f32x8 v24 = v22 * v23;
        const f32x8 v26 = v24 + v25;
        const f32x8 v27 = v26 - v25;
        const f32x8 v29 = v27 * v28;
        const f32x8 v30 = v22 - v29;
        const f32x8 v32 = v27 * v31;
        const f32x8 v33 = v30 - v32;
        const f32x8 v35 = v34 * v33;
        const f32x8 v37 = v35 + v36;
        const f32x8 v38 = v37 * v33;
        const f32x8 v40 = v38 + v39;
        const f32x8 v41 = v40 * v33;
        const f32x8 v43 = v41 + v42;
        const f32x8 v44 = v43 * v33;
        const f32x8 v46 = v44 + v45;
        const f32x8 v47 = v46 * v33;
        const f32x8 v49 = v47 + v48;
        const f32x8 v50 = v49 * v33;
        const f32x8 v51 = v50 + v48;
        const i32x8 v52 = bits_f32x8(v26);
        const i32x8 v54 = v52 >> (v53 & 31);
        const i32x8 v56 = (i32x8)((u32x8)v54 << (u32x8)(v55 & 31));
        const i32x8 v58 = v56 + v57;
        const f32x8 v59 = fromBits_i32x8(v58);
        const f32x8 v60 = v51 * v59;
        const i32x8 v61 = v52 - v54;
        const i32x8 v62 = (i32x8)((u32x8)v61 << (u32x8)(v55 & 31));
        const i32x8 v63 = v62 + v57;
        const f32x8 v64 = fromBits_i32x8(v63);
        const f32x8 v65 = v60 * v64;
        store_f32x8(b2 + v12, v65);
      }
    }
  }
}

void kernel2(char *const *args, const int *symbols, long lo, long hi) {
  const float *b0 = (const float *)args[0];
  float *b1 = (float *)args[1];
  const long v0 = lo;
  const long v1 = hi;
  const long v3 = 2L;
  const f32x8 v8 = splat_f32x8(0.0f);
  const float v10 = 0.0f;
  const long v12 = 8L;
  const long v13 = 0L;
  for (long v2 = v0; v2 < v1; v2 += 1) {
    const long v4 = v2 * v3;
    const long v5 = v4 + v3;
    const long v6 = min_ix(v5, v3);
    for (long v7 = v4; v7 < v6; v7 += 1) {
      f32x8 v9 = v8;
      float v11 = v10;
      const long v15 = v7 * v12;
      for (long v14 = v13; v14 < v12; v14 += 8) {
        const long v16 = v15 + v14;
        const f32x8 v17 = load_f32x8(b0 + v16);
        const f32x8 v18 = v9 + v17;
        v9 = v18;
      }
      const float v19 = v9[0];
      const float v20 = v9[1];
      const float v21 = v9[2];
      const float v22 = v9[3];
      const float v23 = v9[4];
      const float v24 = v9[5];
      const float v25 = v9[6];
      const float v26 = v9[7];
      const float v27 = v11 + v19;
      const float v28 = v27 + v20;
      const float v29 = v28 + v21;
      const float v30 = v29 + v22;
      const float v31 = v30 + v23;
      const float v32 = v31 + v24;
      const float v33 = v32 + v25;
      const float v34 = v33 + v26;
      b1[v7] = v34;
    }
  }
}

void kernel3(char *const *args, const int *symbols, long lo, long hi) {
  const float *b0 = (const float *)args[0];
  const float *b1 = (const float *)args[1];
  float *b2 = (float *)args[2];
  const long v0 = lo;
  const long v1 = hi;
  const long v3 = 2L;
  const long v8 = 0L;
  const long v9 = 8L;
  for (long v2 = v0; v2 < v1; v2 += 1) {
    const long v4 = v2 * v3;
    const long v5 = v4 + v3;
    const long v6 = min_ix(v5, v3);
    for (long v7 = v4; v7 < v6; v7 += 1) {
      const long v11 = v7 * v9;
      const float v14 = b1[v7];
      for (long v10 = v8; v10 < v9; v10 += 8) {
        const long v12 = v11 + v10;
        const f32x8 v13 = load_f32x8(b0 + v12);
        const f32x8 v15 = splat_f32x8(v14);
        const f32x8 v16 = v13 / v15;
        store_f32x8(b2 + v12, v16);
      }
    }
  }
}
