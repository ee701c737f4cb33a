  (func $kernel0 (type 0) (param $args i32) (param $symbols i32) (param $lo i32) (param $hi i32)
      (local $b0 i32) (local $b1 i32) (local $v12 v128) (local $v2 i32) (local $v4 i32) (local $v5 i32) (local $v6 i32) (local $v7 i32)
      (local $v18 i32) (local $v30 i32) (local $v9 i32) (local $v21 i32) (local $v32 i32) (local $v11 i32) (local $v14 v128) (local $v22 i32)
      (local $v15 i32) (local $v25 i32) (local $v16 i32)
      local.get $args i32.load local.set $b0
      local.get $args i32.load offset=4 local.set $b1
      v128.const i32x4 0xff800000 0xff800000 0xff800000 0xff800000 local.set $v12
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
              local.get $v7 i32.const 64 i32.mul local.set $v18
              local.get $v7 i32.const 16 i32.mul local.set $v30
              i32.const 0 local.set $v9
              loop
                local.get $v18 local.get $v9 i32.const 16 i32.mul i32.add local.set $v21
                local.get $v30 local.get $v9 i32.const 8 i32.mul i32.add local.set $v32
                i32.const 0 local.set $v11
                loop
                  local.get $v12 local.set $v14
                  local.get $v21 local.get $v11 i32.add local.set $v22
                  i32.const 0 local.set $v15
                  loop
                    local.get $v22 local.get $v15 i32.const 32 i32.mul i32.add local.set $v25
                    i32.const 0 local.set $v16
                    loop
                      local.get $v14 local.get $v25 local.get $v16 i32.const 8 i32.mul i32.add i32.const 2 i32.shl local.get $b0 i32.add v128.load align=4 f32x4.max local.set $v14
                      local.get $v16 i32.const 1 i32.add local.tee $v16 i32.const 2 i32.lt_s br_if 0
                    end
                    local.get $v15 i32.const 1 i32.add local.tee $v15 i32.const 2 i32.lt_s br_if 0
                  end
                  local.get $v32 local.get $v11 i32.add i32.const 2 i32.shl local.get $b1 i32.add local.get $v14 v128.store align=4
                  local.get $v11 i32.const 4 i32.add local.tee $v11 i32.const 8 i32.lt_s br_if 0
                end
                local.get $v9 i32.const 1 i32.add local.tee $v9 i32.const 2 i32.lt_s br_if 0
              end
              local.get $v7 i32.const 1 i32.add local.tee $v7 local.get $v6 i32.lt_s br_if 0
            end
          end
          local.get $v2 i32.const 1 i32.add local.tee $v2 local.get $hi i32.lt_s br_if 0
        end
      end)
