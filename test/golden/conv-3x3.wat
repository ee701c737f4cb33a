  (func $kernel0 (type 0) (param $args i32) (param $symbols i32) (param $lo i32) (param $hi i32)
      (local $b0 i32) (local $b1 i32) (local $b2 i32) (local $v15 v128) (local $v2 i32) (local $v7 i32) (local $v10 i32) (local $v11 i32)
      (local $v14 i32) (local $v16 v128) (local $v17 v128) (local $v18 v128) (local $v19 v128) (local $v21 i32) (local $v22 i32) (local $v23 i32)
      (local $v24 i32) (local $v25 i32) (local $v27 i32) (local $v28 i32) (local $v29 i32) (local $v30 v128) (local $v31 v128) (local $v32 i32)
      (local $v33 v128) (local $v36 v128) (local $v46 i32) (local $v50 i32)
      local.get $args i32.load local.set $b0
      local.get $args i32.load offset=4 local.set $b1
      local.get $args i32.load offset=8 local.set $b2
      v128.const i32x4 0x0 0x0 0x0 0x0 local.set $v15
      local.get $lo local.set $v2
      block
        local.get $v2 local.get $hi i32.ge_s br_if 0
        loop
          i32.const 0 local.set $v7
          loop
            local.get $v7 i32.const 2 i32.mul i32.const 2 i32.shl local.get $b0 i32.add local.set $v10
            local.get $v7 i32.const 1 i32.add local.set $v11
            i32.const 0 local.set $v14
            loop
              local.get $v15 local.set $v16
              local.get $v15 local.set $v17
              local.get $v15 local.set $v18
              local.get $v15 local.set $v19
              local.get $v14 i32.const 8 i32.mul local.set $v21
              local.get $v21 i32.const 2 i32.shl local.get $b1 i32.add local.set $v22
              i32.const 0 local.set $v23
              local.get $v22 local.set $v24
              i32.const 0 local.set $v25
              loop
                local.get $v23 local.set $v27
                local.get $v24 local.set $v28
                i32.const 0 local.set $v29
                loop
                  local.get $v28 v128.load align=4 local.set $v30
                  local.get $v28 v128.load offset=16 align=4 local.set $v31
                  local.get $v10 local.get $v27 i32.add local.set $v32
                  local.get $v32 v128.load32_splat local.set $v33
                  local.get $v33 local.get $v30 f32x4.mul local.get $v16 f32x4.add local.set $v16
                  local.get $v33 local.get $v31 f32x4.mul local.get $v17 f32x4.add local.set $v17
                  local.get $v32 v128.load32_splat offset=8 local.set $v36
                  local.get $v36 local.get $v30 f32x4.mul local.get $v18 f32x4.add local.set $v18
                  local.get $v36 local.get $v31 f32x4.mul local.get $v19 f32x4.add local.set $v19
                  local.get $v27 i32.const 4 i32.add local.set $v27
                  local.get $v28 i32.const 32 i32.add local.set $v28
                  local.get $v29 i32.const 1 i32.add local.tee $v29 i32.const 6 i32.lt_s br_if 0
                end
                local.get $v23 i32.const 32 i32.add local.set $v23
                local.get $v24 i32.const 192 i32.add local.set $v24
                local.get $v25 i32.const 1 i32.add local.tee $v25 i32.const 3 i32.lt_s br_if 0
              end
              local.get $v7 i32.const 8 i32.mul local.set $v46
              local.get $v46 local.get $v21 i32.add i32.const 2 i32.shl local.get $b2 i32.add local.get $v16 v128.store align=4
              local.get $v46 local.get $v21 i32.const 4 i32.add i32.add i32.const 2 i32.shl local.get $b2 i32.add local.get $v17 v128.store align=4
              local.get $v11 i32.const 8 i32.mul local.set $v50
              local.get $v50 local.get $v21 i32.add i32.const 2 i32.shl local.get $b2 i32.add local.get $v18 v128.store align=4
              local.get $v50 local.get $v21 i32.const 4 i32.add i32.add i32.const 2 i32.shl local.get $b2 i32.add local.get $v19 v128.store align=4
              local.get $v14 i32.const 1 i32.add local.tee $v14 i32.const 1 i32.lt_s br_if 0
            end
            local.get $v7 i32.const 2 i32.add local.tee $v7 i32.const 2 i32.lt_s br_if 0
          end
          local.get $v2 i32.const 1 i32.add local.tee $v2 local.get $hi i32.lt_s br_if 0
        end
      end)
