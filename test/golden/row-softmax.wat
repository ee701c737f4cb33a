  (func $kernel0 (type 0) (param $args i32) (param $symbols i32) (param $lo i32) (param $hi i32)
      (local $b0 i32) (local $b1 i32) (local $v8 v128) (local $v2 i32) (local $v4 i32) (local $v5 i32) (local $v6 i32) (local $v7 i32)
      (local $v10 v128) (local $v13 f32) (local $v17 i32) (local $v16 i32)
      local.get $args i32.load local.set $b0
      local.get $args i32.load offset=4 local.set $b1
      v128.const i32x4 0xff800000 0xff800000 0xff800000 0xff800000 local.set $v8
      local.get $lo local.set $v2
      block
        local.get $v2 local.get $hi i32.ge_s br_if 0
        loop
          local.get $v2 i32.const 2 i32.mul local.set $v4
          local.get $v4 i32.const 2 i32.add local.set $v5
          local.get $v5 i32.const 2 local.get $v5 i32.const 2 i32.lt_s select local.set $v6
          local.get $v4 local.set $v7
          block
            local.get $v7 local.get $v6 i32.ge_s br_if 0
            loop
              local.get $v8 local.set $v10
              i32.const -8388608 f32.reinterpret_i32 local.set $v13
              local.get $v7 i32.const 8 i32.mul local.set $v17
              i32.const 0 local.set $v16
              loop
                local.get $v10 local.get $v17 local.get $v16 i32.add i32.const 2 i32.shl local.get $b0 i32.add v128.load align=4 f32x4.max local.set $v10
                local.get $v16 i32.const 4 i32.add local.tee $v16 i32.const 8 i32.lt_s br_if 0
              end
              local.get $v7 i32.const 2 i32.shl local.get $b1 i32.add local.get $v13 local.get $v10 f32x4.extract_lane 0 f32.max local.get $v10 f32x4.extract_lane 1 f32.max local.get $v10 f32x4.extract_lane 2 f32.max local.get $v10 f32x4.extract_lane 3 f32.max f32.store
              local.get $v7 i32.const 1 i32.add local.tee $v7 local.get $v6 i32.lt_s br_if 0
            end
          end
          local.get $v2 i32.const 1 i32.add local.tee $v2 local.get $hi i32.lt_s br_if 0
        end
      end)
  (func $kernel1 (type 0) (param $args i32) (param $symbols i32) (param $lo i32) (param $hi i32)
      (local $b0 i32) (local $b1 i32) (local $b2 i32) (local $v17 v128) (local $v20 v128) (local $v23 v128) (local $v25 v128) (local $v28 v128)
      (local $v31 v128) (local $v34 v128) (local $v36 v128) (local $v39 v128) (local $v42 v128) (local $v45 v128) (local $v48 v128) (local $v53 v128)
      (local $v55 v128) (local $v57 v128) (local $v2 i32) (local $v4 i32) (local $v5 i32) (local $v6 i32) (local $v7 i32) (local $v11 i32)
      (local $v14 f32) (local $v10 i32) (local $v12 i32) (local $v16 v128) (local $v19 v128) (local $v22 v128) (local $v26 v128) (local $v27 v128)
      (local $v33 v128) (local $v52 v128) (local $v54 v128) (local $v61 v128)
      local.get $args i32.load local.set $b0
      local.get $args i32.load offset=4 local.set $b1
      local.get $args i32.load offset=8 local.set $b2
      v128.const i32x4 0xc2d00000 0xc2d00000 0xc2d00000 0xc2d00000 local.set $v17
      v128.const i32x4 0x42b20000 0x42b20000 0x42b20000 0x42b20000 local.set $v20
      v128.const i32x4 0x3fb8aa3b 0x3fb8aa3b 0x3fb8aa3b 0x3fb8aa3b local.set $v23
      v128.const i32x4 0x4b400000 0x4b400000 0x4b400000 0x4b400000 local.set $v25
      v128.const i32x4 0x3f317200 0x3f317200 0x3f317200 0x3f317200 local.set $v28
      v128.const i32x4 0x35bfbe8e 0x35bfbe8e 0x35bfbe8e 0x35bfbe8e local.set $v31
      v128.const i32x4 0x3ab5279f 0x3ab5279f 0x3ab5279f 0x3ab5279f local.set $v34
      v128.const i32x4 0x3c091cc2 0x3c091cc2 0x3c091cc2 0x3c091cc2 local.set $v36
      v128.const i32x4 0x3d2aac57 0x3d2aac57 0x3d2aac57 0x3d2aac57 local.set $v39
      v128.const i32x4 0x3e2aaa49 0x3e2aaa49 0x3e2aaa49 0x3e2aaa49 local.set $v42
      v128.const i32x4 0x3efffffe 0x3efffffe 0x3efffffe 0x3efffffe local.set $v45
      v128.const i32x4 0x3f800000 0x3f800000 0x3f800000 0x3f800000 local.set $v48
      v128.const i32x4 0x1 0x1 0x1 0x1 local.set $v53
      v128.const i32x4 0x17 0x17 0x17 0x17 local.set $v55
      v128.const i32x4 0x3f800000 0x3f800000 0x3f800000 0x3f800000 local.set $v57
      local.get $lo local.set $v2
      block
        local.get $v2 local.get $hi i32.ge_s br_if 0
        loop
          local.get $v2 i32.const 2 i32.mul local.set $v4
          local.get $v4 i32.const 2 i32.add local.set $v5
          local.get $v5 i32.const 2 local.get $v5 i32.const 2 i32.lt_s select local.set $v6
          local.get $v4 local.set $v7
          block
            local.get $v7 local.get $v6 i32.ge_s br_if 0
            loop
              local.get $v7 i32.const 8 i32.mul local.set $v11
              local.get $v7 i32.const 2 i32.shl local.get $b1 i32.add f32.load local.set $v14
              i32.const 0 local.set $v10
              loop
                local.get $v11 local.get $v10 i32.add local.set $v12
                local.get $v12 i32.const 2 i32.shl local.get $b0 i32.add v128.load align=4 local.get $v14 f32x4.splat f32x4.sub local.set $v16
                local.get $v17 local.get $v16 local.get $v16 local.get $v17 f32x4.lt v128.bitselect local.set $v19
                local.get $v20 local.get $v19 local.get $v20 local.get $v19 f32x4.lt v128.bitselect local.set $v22
                local.get $v22 local.get $v23 f32x4.mul local.get $v25 f32x4.add local.set $v26
                local.get $v26 local.get $v25 f32x4.sub local.set $v27
                local.get $v22 local.get $v27 local.get $v28 f32x4.mul f32x4.sub local.get $v27 local.get $v31 f32x4.mul f32x4.sub local.set $v33
                local.get $v26 local.set $v52
                local.get $v52 i32.const 1 i32x4.shr_s local.set $v54
                local.get $v52 local.get $v54 i32x4.sub local.set $v61
                local.get $v12 i32.const 2 i32.shl local.get $b2 i32.add local.get $v34 local.get $v33 f32x4.mul local.get $v36 f32x4.add local.get $v33 f32x4.mul local.get $v39 f32x4.add local.get $v33 f32x4.mul local.get $v42 f32x4.add local.get $v33 f32x4.mul local.get $v45 f32x4.add local.get $v33 f32x4.mul local.get $v48 f32x4.add local.get $v33 f32x4.mul local.get $v48 f32x4.add local.get $v54 i32.const 23 i32x4.shl local.get $v57 i32x4.add f32x4.mul local.get $v61 i32.const 23 i32x4.shl local.get $v57 i32x4.add f32x4.mul v128.store align=4
                local.get $v10 i32.const 4 i32.add local.tee $v10 i32.const 8 i32.lt_s br_if 0
              end
              local.get $v7 i32.const 1 i32.add local.tee $v7 local.get $v6 i32.lt_s br_if 0
            end
          end
          local.get $v2 i32.const 1 i32.add local.tee $v2 local.get $hi i32.lt_s br_if 0
        end
      end)
  (func $kernel2 (type 0) (param $args i32) (param $symbols i32) (param $lo i32) (param $hi i32)
      (local $b0 i32) (local $b1 i32) (local $v8 v128) (local $v2 i32) (local $v4 i32) (local $v5 i32) (local $v6 i32) (local $v7 i32)
      (local $v9 v128) (local $v11 f32) (local $v15 i32) (local $v14 i32)
      local.get $args i32.load local.set $b0
      local.get $args i32.load offset=4 local.set $b1
      v128.const i32x4 0x0 0x0 0x0 0x0 local.set $v8
      local.get $lo local.set $v2
      block
        local.get $v2 local.get $hi i32.ge_s br_if 0
        loop
          local.get $v2 i32.const 2 i32.mul local.set $v4
          local.get $v4 i32.const 2 i32.add local.set $v5
          local.get $v5 i32.const 2 local.get $v5 i32.const 2 i32.lt_s select local.set $v6
          local.get $v4 local.set $v7
          block
            local.get $v7 local.get $v6 i32.ge_s br_if 0
            loop
              local.get $v8 local.set $v9
              f32.const 0 local.set $v11
              local.get $v7 i32.const 8 i32.mul local.set $v15
              i32.const 0 local.set $v14
              loop
                local.get $v9 local.get $v15 local.get $v14 i32.add i32.const 2 i32.shl local.get $b0 i32.add v128.load align=4 f32x4.add local.set $v9
                local.get $v14 i32.const 4 i32.add local.tee $v14 i32.const 8 i32.lt_s br_if 0
              end
              local.get $v7 i32.const 2 i32.shl local.get $b1 i32.add local.get $v11 local.get $v9 f32x4.extract_lane 0 f32.add local.get $v9 f32x4.extract_lane 1 f32.add local.get $v9 f32x4.extract_lane 2 f32.add local.get $v9 f32x4.extract_lane 3 f32.add f32.store
              local.get $v7 i32.const 1 i32.add local.tee $v7 local.get $v6 i32.lt_s br_if 0
            end
          end
          local.get $v2 i32.const 1 i32.add local.tee $v2 local.get $hi i32.lt_s br_if 0
        end
      end)
  (func $kernel3 (type 0) (param $args i32) (param $symbols i32) (param $lo i32) (param $hi i32)
      (local $b0 i32) (local $b1 i32) (local $b2 i32) (local $v2 i32) (local $v4 i32) (local $v5 i32) (local $v6 i32) (local $v7 i32)
      (local $v11 i32) (local $v14 f32) (local $v10 i32) (local $v12 i32)
      local.get $args i32.load local.set $b0
      local.get $args i32.load offset=4 local.set $b1
      local.get $args i32.load offset=8 local.set $b2
      local.get $lo local.set $v2
      block
        local.get $v2 local.get $hi i32.ge_s br_if 0
        loop
          local.get $v2 i32.const 2 i32.mul local.set $v4
          local.get $v4 i32.const 2 i32.add local.set $v5
          local.get $v5 i32.const 2 local.get $v5 i32.const 2 i32.lt_s select local.set $v6
          local.get $v4 local.set $v7
          block
            local.get $v7 local.get $v6 i32.ge_s br_if 0
            loop
              local.get $v7 i32.const 8 i32.mul local.set $v11
              local.get $v7 i32.const 2 i32.shl local.get $b1 i32.add f32.load local.set $v14
              i32.const 0 local.set $v10
              loop
                local.get $v11 local.get $v10 i32.add local.set $v12
                local.get $v12 i32.const 2 i32.shl local.get $b2 i32.add local.get $v12 i32.const 2 i32.shl local.get $b0 i32.add v128.load align=4 local.get $v14 f32x4.splat f32x4.div v128.store align=4
                local.get $v10 i32.const 4 i32.add local.tee $v10 i32.const 8 i32.lt_s br_if 0
              end
              local.get $v7 i32.const 1 i32.add local.tee $v7 local.get $v6 i32.lt_s br_if 0
            end
          end
          local.get $v2 i32.const 1 i32.add local.tee $v2 local.get $hi i32.lt_s br_if 0
        end
      end)
