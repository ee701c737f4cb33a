void kernel0(char *const *args, const int *symbols, long lo, long hi) {
  const float *b0 = (const float *)args[0];
  const float *b1 = (const float *)args[1];
  float *b2 = (float *)args[2];
  const long v0 = lo;
  const long v1 = hi;
  const long v3 = 24L;
  const long v6 = 19L;
  const long v9 = 0L;
  const long v11 = 8L;
  const float v18 = 0.5f;
  const f32x8 v19 = splat_f32x8(0.5f);
  const f32x8 v21 = splat_f32x8(0.0f);
  const float v29 = 0.0f;
  for (long v2 = v0; v2 < v1; v2 += 1) {
    const long v4 = v2 * v3;
    const long v5 = v4 + v3;
    const long v7 = min_ix(v5, v6);
    const long v8 = v7 - v4;
    const long v10 = max_ix(v8, v9);
    const long v12 = v10 % v11;
    const long v13 = v7 - v12;
    for (long v14 = v4; v14 < v13; v14 += 8) {
      const f32x8 v15 = load_f32x8(b0 + v14);
      const f32x8 v16 = load_f32x8(b1 + v14);
      const f32x8 v17 = v15 * v16;
      const f32x8 v20 = v17 + v19;
      const i32x8 v22 = (i32x8)(v20 < v21);
      const f32x8 v23 = select_f32x8(v22, v21, v20);
      store_f32x8(b2 + v14, v23);
    }
    for (long v24 = v13; v24 < v7; v24 += 1) {
      const float v25 = b0[v24];
      const float v26 = b1[v24];
      const float v27 = v25 * v26;
      const float v28 = v27 + v18;
      const int v30 = -(v28 < v29);
      const float v31 = v30 ? v29 : v28;
      b2[v24] = v31;
    }
  }
}
