  (func $kernel0 (type 0) (param $args i32) (param $symbols i32) (param $lo i32) (param $hi i32)
      (local $b0 i32) (local $b1 i32) (local $b2 i32) (local $b3 i32) (local $v19 v128) (local $v2 i32) (local $v7 i32) (local $v10 i32)
      (local $v11 i32) (local $v15 i32) (local $v18 i32) (local $v20 v128) (local $v21 v128) (local $v22 v128) (local $v23 v128) (local $v24 v128)
      (local $v25 v128) (local $v27 i32) (local $v28 i32) (local $v29 i32) (local $v30 i32) (local $v31 i32) (local $v32 v128) (local $v33 v128)
      (local $v34 i32) (local $v35 v128) (local $v38 v128) (local $v41 v128) (local $v52 i32) (local $b2v27 i32) (local $v49 v128) (local $v54 i32)
      (local $v56 v128) (local $v64 i32) (local $v61 v128) (local $v66 i32) (local $v68 v128) (local $v76 i32) (local $v73 v128) (local $v78 i32)
      (local $v80 v128)
      local.get $args i32.load local.set $b0
      local.get $args i32.load offset=4 local.set $b1
      local.get $args i32.load offset=8 local.set $b2
      local.get $args i32.load offset=12 local.set $b3
      v128.const i32x4 0x0 0x0 0x0 0x0 local.set $v19
      local.get $lo local.set $v2
      block
        local.get $v2 local.get $hi i32.ge_s br_if 0
        loop
          i32.const 0 local.set $v7
          loop
            local.get $v7 i32.const 5 i32.mul i32.const 2 i32.shl local.get $b0 i32.add local.set $v10
            local.get $v7 i32.const 1 i32.add local.set $v11
            local.get $v7 i32.const 2 i32.add local.set $v15
            i32.const 0 local.set $v18
            loop
              local.get $v19 local.set $v20
              local.get $v19 local.set $v21
              local.get $v19 local.set $v22
              local.get $v19 local.set $v23
              local.get $v19 local.set $v24
              local.get $v19 local.set $v25
              local.get $v18 i32.const 8 i32.mul local.set $v27
              local.get $v27 i32.const 2 i32.shl local.get $b1 i32.add local.set $v28
              i32.const 0 local.set $v29
              local.get $v28 local.set $v30
              i32.const 0 local.set $v31
              loop
                local.get $v30 v128.load align=4 local.set $v32
                local.get $v30 v128.load offset=16 align=4 local.set $v33
                local.get $v10 local.get $v29 i32.add local.set $v34
                local.get $v34 v128.load32_splat local.set $v35
                local.get $v35 local.get $v32 f32x4.mul local.get $v20 f32x4.add local.set $v20
                local.get $v35 local.get $v33 f32x4.mul local.get $v21 f32x4.add local.set $v21
                local.get $v34 v128.load32_splat offset=20 local.set $v38
                local.get $v38 local.get $v32 f32x4.mul local.get $v22 f32x4.add local.set $v22
                local.get $v38 local.get $v33 f32x4.mul local.get $v23 f32x4.add local.set $v23
                local.get $v34 v128.load32_splat offset=40 local.set $v41
                local.get $v41 local.get $v32 f32x4.mul local.get $v24 f32x4.add local.set $v24
                local.get $v41 local.get $v33 f32x4.mul local.get $v25 f32x4.add local.set $v25
                local.get $v29 i32.const 4 i32.add local.set $v29
                local.get $v30 i32.const 32 i32.add local.set $v30
                local.get $v31 i32.const 1 i32.add local.tee $v31 i32.const 5 i32.lt_s br_if 0
              end
              local.get $v7 i32.const 8 i32.mul local.set $v52
              local.get $v20 local.get $v27 i32.const 2 i32.shl local.get $b2 i32.add local.tee $b2v27 v128.load align=4 f32x4.add local.set $v49
              local.get $v52 local.get $v27 i32.add i32.const 2 i32.shl local.get $b3 i32.add local.get $v19 local.get $v49 local.get $v49 local.get $v19 f32x4.lt v128.bitselect v128.store align=4
              local.get $v27 i32.const 4 i32.add local.set $v54
              local.get $v21 local.get $v54 i32.const 2 i32.shl local.get $b2 i32.add v128.load align=4 f32x4.add local.set $v56
              local.get $v52 local.get $v54 i32.add i32.const 2 i32.shl local.get $b3 i32.add local.get $v19 local.get $v56 local.get $v56 local.get $v19 f32x4.lt v128.bitselect v128.store align=4
              local.get $v11 i32.const 8 i32.mul local.set $v64
              local.get $v22 local.get $b2v27 v128.load align=4 f32x4.add local.set $v61
              local.get $v64 local.get $v27 i32.add i32.const 2 i32.shl local.get $b3 i32.add local.get $v19 local.get $v61 local.get $v61 local.get $v19 f32x4.lt v128.bitselect v128.store align=4
              local.get $v27 i32.const 4 i32.add local.set $v66
              local.get $v23 local.get $v66 i32.const 2 i32.shl local.get $b2 i32.add v128.load align=4 f32x4.add local.set $v68
              local.get $v64 local.get $v66 i32.add i32.const 2 i32.shl local.get $b3 i32.add local.get $v19 local.get $v68 local.get $v68 local.get $v19 f32x4.lt v128.bitselect v128.store align=4
              local.get $v15 i32.const 8 i32.mul local.set $v76
              local.get $v24 local.get $b2v27 v128.load align=4 f32x4.add local.set $v73
              local.get $v76 local.get $v27 i32.add i32.const 2 i32.shl local.get $b3 i32.add local.get $v19 local.get $v73 local.get $v73 local.get $v19 f32x4.lt v128.bitselect v128.store align=4
              local.get $v27 i32.const 4 i32.add local.set $v78
              local.get $v25 local.get $v78 i32.const 2 i32.shl local.get $b2 i32.add v128.load align=4 f32x4.add local.set $v80
              local.get $v76 local.get $v78 i32.add i32.const 2 i32.shl local.get $b3 i32.add local.get $v19 local.get $v80 local.get $v80 local.get $v19 f32x4.lt v128.bitselect v128.store align=4
              local.get $v18 i32.const 1 i32.add local.tee $v18 i32.const 1 i32.lt_s br_if 0
            end
            local.get $v7 i32.const 3 i32.add local.tee $v7 i32.const 3 i32.lt_s br_if 0
          end
          local.get $v2 i32.const 1 i32.add local.tee $v2 local.get $hi i32.lt_s br_if 0
        end
      end)
